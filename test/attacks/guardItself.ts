import { patchTypes, rbacAlone, refusedTwice, type Attack } from "./attack";

const admission = "/apis/admissionregistration.k8s.io/v1";
const flow = "/apis/flowcontrol.apiserver.k8s.io/v1";
const roles = "/apis/rbac.authorization.k8s.io/v1";

/** The guard's objects, and who keeps the dry-run identity from each: admission does not see the policies. */
const objects = [
  { path: `${admission}/validatingadmissionpolicies/pr-dry-run-only`, controls: rbacAlone },
  { path: `${admission}/validatingadmissionpolicybindings/pr-dry-run-only`, controls: rbacAlone },
  { path: `${flow}/flowschemas/pr-dry-run`, controls: refusedTwice },
  { path: `${flow}/prioritylevelconfigurations/pr-dry-run`, controls: refusedTwice },
  { path: `${roles}/clusterroles/pr-dry-run`, controls: refusedTwice },
  { path: `${roles}/clusterrolebindings/pr-dry-run`, controls: refusedTwice },
];

/** The guard taken apart, really and as a dry run, and policies that would change what others send. */
export function guardAttacks(): Attack[] {
  const headers = { "content-type": patchTypes.merge };
  return [
    ...objects.flatMap(({ path, controls }): Attack[] => {
      const labels = { method: "PATCH", headers, body: { metadata: { labels: { attacked: "yes" } } } };
      const isSeen = controls === refusedTwice;
      return [
        { ...labels, path, controls },
        {
          ...labels,
          path: `${path}?dryRun=All`,
          controls: isSeen ? { shipped: "RBAC", everything: "allowed dry run" } : rbacAlone,
        },
        { method: "DELETE", path, controls },
        { method: "DELETE", path: `${path}?dryRun=All`, controls },
        {
          method: "DELETE",
          path,
          body: { gracePeriodSeconds: 0, propagationPolicy: "Orphan" },
          note: "orphans",
          controls,
        },
      ];
    }),
    ...["validatingadmissionpolicies", "validatingadmissionpolicybindings"].flatMap((resource): Attack[] => [
      { method: "GET", path: `${admission}/${resource}/pr-dry-run-only`, controls: rbacAlone },
      { method: "GET", path: `${admission}/${resource}`, controls: rbacAlone },
    ]),
    {
      note: "audits only",
      method: "PATCH",
      path: objects[1]?.path ?? "",
      headers,
      body: { spec: { validationActions: ["Audit"] } },
      controls: rbacAlone,
    },
    {
      note: "ignores failures",
      method: "PATCH",
      path: objects[0]?.path ?? "",
      headers,
      body: { spec: { failurePolicy: "Ignore", matchConditions: [] } },
      controls: rbacAlone,
    },
    ...["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"].flatMap((resource): Attack[] => {
      const path = `/apis/admissionregistration.k8s.io/v1beta1/${resource}`;
      return [
        { method: "POST", path, body: {}, controls: rbacAlone },
        { method: "POST", path: `${path}?dryRun=All`, body: {}, controls: rbacAlone },
        { method: "PATCH", path: `${path}/target`, headers, body: {}, controls: rbacAlone },
        { method: "DELETE", path: `${path}/target`, controls: rbacAlone },
        { method: "DELETE", path, controls: rbacAlone },
      ];
    }),
  ];
}
