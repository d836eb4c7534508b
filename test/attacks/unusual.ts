import { always, patchTypes, refusedTwice, type Attack } from "./attack";
import { collectionPath, objectOf, targetKind } from "./kinds";

const policy = always("policy");

/** Writes that do not look like the usual ones: other API versions, formats, and ways to make an object. */
export function unusualAttacks(): Attack[] {
  const configMaps = targetKind("configmaps");
  const collection = collectionPath(configMaps);
  const generated = { ...objectOf(configMaps), metadata: { generateName: "made-" } };
  const apply = { "content-type": patchTypes.apply };
  const applied = { ...objectOf(configMaps, "applied") };
  const scaler = {
    ...objectOf(targetKind("horizontalpodautoscalers"), "another"),
    apiVersion: "autoscaling/v1",
  };
  const yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: another\n";
  const lease = objectOf(targetKind("leases"), "made-by-update");
  return [
    // The probe of every dry run. Without the guard the answer is 409, and nothing is written either.
    {
      note: "the probe",
      method: "POST",
      path: "/api/v1/namespaces",
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } },
      controls: policy,
    },
    {
      note: "a name that the server makes",
      method: "POST",
      path: collection,
      body: generated,
      controls: policy,
    },
    {
      note: "YAML",
      method: "POST",
      path: collection,
      headers: { "content-type": "application/yaml" },
      body: yaml,
      controls: policy,
    },
    {
      note: "an older version",
      method: "POST",
      path: "/apis/autoscaling/v1/namespaces/team/horizontalpodautoscalers",
      body: scaler,
      controls: policy,
    },
    {
      note: "made by a server-side apply",
      method: "PATCH",
      path: `${collection}/applied?fieldManager=attacker`,
      headers: apply,
      body: applied,
      controls: policy,
    },
    {
      note: "made by a server-side apply",
      method: "PATCH",
      path: `${collection}/applied?fieldManager=attacker&dryRun=All`,
      headers: apply,
      body: applied,
      controls: always("allowed dry run"),
    },
    {
      note: "made by an update",
      method: "PUT",
      path: `${collectionPath(targetKind("leases"))}/made-by-update`,
      body: lease,
      controls: refusedTwice,
    },
    {
      note: "a list",
      method: "POST",
      path: collection,
      body: { apiVersion: "v1", kind: "List", items: [objectOf(configMaps, "another")] },
      controls: always("server"),
    },
    {
      note: "a patch of what is not there",
      method: "PATCH",
      path: `${collection}/absent`,
      headers: { "content-type": patchTypes.merge },
      body: {},
      controls: always("server"),
    },
    {
      note: "into another namespace",
      method: "POST",
      path: "/api/v1/namespaces/kube-system/configmaps",
      body: { ...objectOf(configMaps, "another"), metadata: { name: "another" } },
      controls: policy,
    },
    {
      note: "an event",
      method: "POST",
      path: "/api/v1/namespaces/team/events",
      body: {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: "target", namespace: "team" },
        involvedObject: { namespace: "team", kind: "Pod", name: "target" },
      },
      controls: refusedTwice,
    },
    {
      note: "a removed version",
      method: "POST",
      path: "/apis/extensions/v1beta1/namespaces/team/deployments",
      body: {},
      controls: always("RBAC"),
    },
  ];
}
