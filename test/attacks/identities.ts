import { always, patchTypes, rbacAlone, type Attack } from "./attack";
import { collectionPath, objectOf, targetKind, targetPath } from "./kinds";

/** Being somebody else, or having more rights. */
export function identityAttacks(): Attack[] {
  return [...impersonations(), ...escalations(), ...reviews()];
}

function impersonations(): Attack[] {
  const kind = targetKind("configmaps");
  const others: Record<string, string>[] = [
    { "impersonate-user": "administrator" },
    { "impersonate-user": "administrator", "impersonate-group": "system:masters" },
    { "impersonate-user": "system:serviceaccount:kube-system:namespace-controller" },
    { "impersonate-user": "system:serviceaccount:team:target" },
    { "impersonate-user": "system:kube-controller-manager" },
    { "impersonate-user": "system:node:target", "impersonate-group": "system:nodes" },
    { "impersonate-user": "system:anonymous" },
    { "impersonate-user": "system:admin", "impersonate-uid": "1" },
    { "impersonate-user": "x", "impersonate-extra-scopes": "all" },
  ];
  return others
    .flatMap((headers): Attack[] => {
      const note = `as ${Object.values(headers).join(", ")}`;
      return [
        {
          note,
          method: "POST",
          path: collectionPath(kind),
          headers,
          body: objectOf(kind, "another"),
          controls: rbacAlone,
        },
        {
          note,
          method: "POST",
          path: `${collectionPath(kind)}?dryRun=All`,
          headers,
          body: objectOf(kind, "another"),
          controls: rbacAlone,
        },
        { note, method: "GET", path: "/api/v1/namespaces/team/secrets/canary", headers, controls: rbacAlone },
      ];
    })
    .concat([
      {
        note: "a group without a user",
        method: "GET",
        path: "/api/v1/namespaces/team/secrets/canary",
        headers: { "impersonate-group": "system:masters" },
        controls: always("server"),
      },
      {
        note: "what a proxy in front would say",
        method: "GET",
        path: "/api/v1/namespaces/team/secrets/canary",
        headers: { "x-remote-user": "administrator", "x-remote-group": "system:masters" },
        controls: rbacAlone,
      },
      {
        note: "another method in a header",
        method: "POST",
        path: `${targetPath(kind)}?dryRun=All`,
        headers: { "x-http-method-override": "DELETE" },
        controls: { shipped: "server", everything: "server" },
      },
    ]);
}

/** Rights that are handed out, which the API server refuses to those who do not have them, even as a dry run. */
function escalations(): Attack[] {
  const roles = "/apis/rbac.authorization.k8s.io/v1";
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const apiGroup = "rbac.authorization.k8s.io";
  const all = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
  const subjects = [{ apiGroup, kind: "Group", name: "pr-dry-run" }];
  const roleRef = { apiGroup, kind: "ClusterRole", name: "cluster-admin" };
  const headers = { "content-type": patchTypes.merge };
  return ["", "?dryRun=All"].flatMap((query): Attack[] => [
    {
      method: "POST",
      path: `${roles}/clusterroles${query}`,
      body: { apiVersion, kind: "ClusterRole", metadata: { name: "all" }, rules: all },
      controls: rbacAlone,
    },
    {
      method: "POST",
      path: `${roles}/clusterrolebindings${query}`,
      body: { apiVersion, kind: "ClusterRoleBinding", metadata: { name: "all" }, roleRef, subjects },
      controls: rbacAlone,
    },
    {
      method: "POST",
      path: `${roles}/namespaces/team/rolebindings${query}`,
      body: { apiVersion, kind: "RoleBinding", metadata: { name: "all" }, roleRef, subjects },
      controls: rbacAlone,
    },
    {
      note: "its own role",
      method: "PATCH",
      path: `${roles}/clusterroles/pr-dry-run${query}`,
      headers,
      body: { rules: all },
      controls: rbacAlone,
    },
    {
      method: "PATCH",
      path: `${roles}/clusterroles/target${query}`,
      headers,
      body: { rules: all },
      controls: rbacAlone,
    },
    {
      note: "into cluster-admin",
      method: "PATCH",
      path: `${roles}/clusterrolebindings/cluster-admin${query}`,
      headers,
      body: { subjects },
      controls: rbacAlone,
    },
  ]);
}

/** Questions about others, which are no writes, so admission policies are not asked. */
function reviews(): Attack[] {
  const about = { user: "administrator", groups: ["system:masters"] };
  const resourceAttributes = { verb: "get", resource: "secrets" };
  const review = (group: string, kind: string, spec: object) => ({ apiVersion: `${group}/v1`, kind, spec });
  return [
    {
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      body: review("authorization.k8s.io", "SubjectAccessReview", { ...about, resourceAttributes }),
      controls: rbacAlone,
    },
    {
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/namespaces/team/localsubjectaccessreviews",
      body: review("authorization.k8s.io", "LocalSubjectAccessReview", {
        ...about,
        resourceAttributes: { ...resourceAttributes, namespace: "team" },
      }),
      controls: rbacAlone,
    },
    {
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/tokenreviews",
      body: review("authentication.k8s.io", "TokenReview", { token: "somebody's" }),
      controls: rbacAlone,
    },
  ];
}
