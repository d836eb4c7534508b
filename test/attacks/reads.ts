import { always, patchTypes, rbacAlone, type Attack } from "./attack";

const inTeam = "/api/v1/namespaces/team/secrets";
const everywhere = "/api/v1/secrets";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";

/** Ways to the Secret's value. Admission sees no reads, and for a write answers are as good as reads. */
export function readAttacks(): Attack[] {
  const merge = { "content-type": patchTypes.merge };
  const rows: Omit<Attack, "controls">[] = [
    { method: "GET", path: `${inTeam}/canary` },
    { method: "HEAD", path: `${inTeam}/canary` },
    { method: "GET", path: `${inTeam}/canary?dryRun=All` },
    { method: "GET", path: inTeam },
    { method: "GET", path: everywhere },
    { method: "GET", path: `${everywhere}?limit=1` },
    { method: "GET", path: `${everywhere}?resourceVersion=0` },
    { method: "GET", path: `${inTeam}?fieldSelector=metadata.name%3Dcanary` },
    { method: "GET", path: inTeam, headers: { accept: table }, note: "as a table" },
    { method: "GET", path: `${inTeam}?watch=true&timeoutSeconds=1` },
    { method: "GET", path: `${everywhere}?watch=1&timeoutSeconds=1` },
    {
      method: "GET",
      path: `${everywhere}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1`,
    },
    { method: "GET", path: "/api/v1/watch/secrets?timeoutSeconds=1" },
    { method: "GET", path: "/api/v1/watch/namespaces/team/secrets/canary?timeoutSeconds=1" },
    ...Object.values(patchTypes).map((type) => ({
      note: "an empty patch, for its answer",
      method: "PATCH",
      path: `${inTeam}/canary?dryRun=All${type === patchTypes.apply ? "&fieldManager=attacker" : ""}`,
      headers: { "content-type": type },
      body:
        type === patchTypes.json
          ? []
          : type === patchTypes.apply
            ? { apiVersion: "v1", kind: "Secret", metadata: { name: "canary" } }
            : {},
    })),
    { method: "PATCH", path: `${inTeam}/canary`, headers: merge, body: {} },
    { method: "GET", path: "/api/v1/namespaces/team/pods/target/log" },
    { method: "GET", path: "/api/v1/namespaces/team/pods/target/log?follow=true" },
    { method: "GET", path: "/metrics" },
    { note: "forgets all counts", method: "DELETE", path: "/metrics" },
    // Only where profiling is on: kubernetes/apiserver:pkg/server/routes/flags.go.
    { note: "the log's level", method: "PUT", path: "/debug/flags/v", body: "2" },
    { method: "GET", path: "/logs/" },
    { method: "GET", path: "/debug/pprof/" },
    { method: "GET", path: "/apis/metrics.k8s.io/v1beta1/pods" },
    { method: "GET", path: "/apis/internal.example.org/v1/secrets" },
  ];
  return [...rows.map((row) => ({ ...row, controls: rbacAlone })), ...crookedPaths(), ...secretWrites()];
}

/** Paths that another reader could take for the Secret's. */
function crookedPaths(): Attack[] {
  const rows: [path: string, control: "RBAC" | "server"][] = [
    ["/api/v1/namespaces/team/configmaps/../secrets/canary", "RBAC"],
    ["/api/v1/namespaces/team/configmaps/%2e%2e/secrets/canary", "RBAC"],
    ["/api/v1/namespaces/team/configmaps%2F..%2Fsecrets/canary", "RBAC"],
    ["//api/v1/namespaces/team/secrets/canary", "RBAC"],
    ["/api//v1/namespaces/team/secrets/canary", "RBAC"],
    ["/api/v1/namespaces/team/secrets/canary/", "RBAC"],
    ["/api/v1/namespaces/team/Secrets/canary", "RBAC"],
    ["/api/v1/namespaces/team/secrets%00/canary", "RBAC"],
    ["/api/v1/namespaces/team/configmaps/target/secrets/canary", "RBAC"],
    ["/openapi/v2/../../api/v1/namespaces/team/secrets/canary", "server"],
  ];
  return rows.map(([path, control]) => ({ method: "GET", path, controls: always(control) }));
}

/** Secrets that are overwritten or deleted. The patch, whose answer is the Secret, counts as a read. */
function secretWrites(): Attack[] {
  const secret = (name: string) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: "team" },
    stringData: { key: "of the attacker" },
  });
  const refused = { shipped: "RBAC", everything: "policy" } as const;
  const dry = { shipped: "RBAC", everything: "allowed dry run" } as const;
  return [
    { method: "POST", path: inTeam, body: secret("another"), controls: refused },
    { method: "POST", path: `${inTeam}?dryRun=All`, body: secret("another"), controls: dry },
    { method: "PUT", path: `${inTeam}/canary`, body: secret("canary"), controls: refused },
    {
      method: "PUT",
      path: `${inTeam}/canary?dryRun=All`,
      body: { ...secret("canary"), type: "Opaque" },
      controls: dry,
    },
    { method: "DELETE", path: `${inTeam}/canary`, controls: refused },
    { method: "DELETE", path: `${inTeam}/canary?dryRun=All`, controls: refused },
    { method: "DELETE", path: inTeam, controls: refused },
    { method: "DELETE", path: `${inTeam}?dryRun=All`, controls: refused },
    {
      note: "a token's Secret",
      method: "POST",
      path: inTeam,
      body: {
        ...secret("minted"),
        type: "kubernetes.io/service-account-token",
        metadata: {
          name: "minted",
          namespace: "team",
          annotations: { "kubernetes.io/service-account.name": "target" },
        },
      },
      controls: refused,
    },
  ];
}
