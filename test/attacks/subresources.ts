import { patchTypes, rbacAlone, refusedTwice, type Attack, type Controls } from "./attack";
import { objectOf, targetKind, targetPath } from "./kinds";

const dryRunQueries = ["", "?dryRun=All", "?dryRun=All&dryRun=All", "?dryRun=all"];

/** Everything below an object that does something, with and without dry run. */
export function subresourceAttacks(): Attack[] {
  return [...connections(), ...pods(), ...tokens(), ...states(), ...nodes()];
}

/** Connections into pods and services. The API refuses to make a dry run of one. */
function connections(): Attack[] {
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-protocol": "v5.channel.k8s.io",
  };
  const pod = targetPath(targetKind("pods"));
  const service = targetPath(targetKind("services"));
  const command = "command=id&stdout=true&container=main";
  const controls = refusedTwice;
  const dryRun: Controls = { shipped: "RBAC", everything: "server" };
  return [
    ...["GET", "POST"].flatMap((method) => [
      { method, path: `${pod}/exec?${command}`, controls },
      { method, path: `${pod}/exec?${command}&dryRun=All`, controls: dryRun },
      { method, path: `${pod}/attach?stdout=true`, controls },
      { method, path: `${pod}/portforward?ports=80`, controls },
    ]),
    { note: "websocket", method: "GET", path: `${pod}/exec?${command}`, headers: upgrade, controls },
    { note: "websocket", method: "GET", path: `${pod}/portforward?ports=80`, headers: upgrade, controls },
    ...[pod, service].flatMap((target) =>
      ["GET", "POST", "PUT", "PATCH", "DELETE"].flatMap((method) => [
        { method, path: `${target}/proxy`, controls },
        { method, path: `${target}/proxy/admin?dryRun=All`, controls: dryRun },
      ]),
    ),
  ];
}

/** Orders that are given to a pod by creating something below it. */
function pods(): Attack[] {
  const pod = targetPath(targetKind("pods"));
  const metadata = { name: "target", namespace: "team" };
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata };
  const binding = { apiVersion: "v1", kind: "Binding", metadata, target: { kind: "Node", name: "target" } };
  const container = {
    name: "debug",
    image: "registry.example.org/debug:1",
    terminationMessagePolicy: "File",
    imagePullPolicy: "Always",
  };
  const strategic = { "content-type": patchTypes.strategic };
  const controls = refusedTwice;
  return dryRunQueries.slice(0, 2).flatMap((query) => [
    { method: "POST", path: `${pod}/eviction${query}`, body: eviction, controls },
    { method: "POST", path: `${pod}/binding${query}`, body: binding, controls },
    {
      method: "POST",
      path: `/api/v1/namespaces/team/bindings${query}`,
      body: binding,
      controls: query === "" ? controls : { shipped: "RBAC", everything: "allowed dry run" },
    },
    {
      method: "PATCH",
      path: `${pod}/ephemeralcontainers${query}`,
      headers: strategic,
      body: { spec: { ephemeralContainers: [container] } },
      controls,
    },
    {
      method: "PATCH",
      path: `${pod}/resize${query}`,
      headers: strategic,
      body: { spec: { containers: [{ name: "main", resources: { requests: { cpu: "2" } } }] } },
      controls,
    },
  ]);
}

/** Tokens of a ServiceAccount. The server mints a real one for a dry run. */
function tokens(): Attack[] {
  const path = `${targetPath(targetKind("serviceaccounts"))}/token`;
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" };
  const bodies = [{ spec: {} }, { spec: { audiences: ["sts.amazonaws.com"], expirationSeconds: 86400 } }];
  return bodies.flatMap((body) => [
    ...dryRunQueries.map((query): Attack => ({
      method: "POST",
      path: path + query,
      body: { ...request, ...body },
      // A value that the server does not know is refused before it looks for whom.
      controls: query === "?dryRun=all" ? { shipped: "RBAC", everything: "server" } : refusedTwice,
    })),
    {
      note: "dry run in the body",
      method: "POST",
      path,
      body: { ...request, ...body, dryRun: ["All"] },
      controls: refusedTwice,
    },
  ]);
}

/** Status and scale, and what else is below objects that are only state. */
function states(): Attack[] {
  const below = [
    ...["namespaces", "services", "persistentvolumeclaims", "deployments", "statefulsets", "cronjobs"].map(
      (resource) => [resource, "status"],
    ),
    ...[
      "horizontalpodautoscalers",
      "widgets",
      "customresourcedefinitions",
      "pods",
      "replicasets",
      "persistentvolumes",
      "apiservices",
    ].map((resource) => [resource, "status"]),
    ...["deployments", "statefulsets", "replicasets", "widgets"].map((resource) => [resource, "scale"]),
    ["namespaces", "finalize"],
  ] as [string, string][];
  return below.flatMap(([resource, subresource]) => {
    const kind = targetKind(resource);
    const path = `${targetPath(kind)}/${subresource}`;
    const whole =
      subresource === "scale"
        ? {
            apiVersion: "autoscaling/v1",
            kind: "Scale",
            metadata: { name: "target", namespace: "team" },
            spec: { replicas: 3 },
          }
        : objectOf(kind);
    const merge = {
      headers: { "content-type": patchTypes.merge },
      body: { metadata: { labels: { a: "b" } } },
    };
    return dryRunQueries.slice(0, 2).flatMap((query): Attack[] => [
      { method: "PUT", path: path + query, body: whole, controls: refusedTwice },
      // There is no patch of a Namespace's finalizers.
      ...(subresource === "finalize"
        ? []
        : [{ method: "PATCH", path: path + query, ...merge, controls: refusedTwice }]),
    ]);
  });
}

/** What is below nodes: the kubelet asks the API server for rights on these and nothing else. */
function nodes(): Attack[] {
  const node = targetPath(targetKind("nodes"));
  const merge = { headers: { "content-type": patchTypes.merge }, body: { status: {} } };
  return [
    { method: "GET", path: `${node}/proxy/pods`, controls: rbacAlone },
    { method: "POST", path: `${node}/proxy/run/team/target/main?cmd=id`, controls: rbacAlone },
    { method: "POST", path: `${node}/proxy/run/team/target/main?cmd=id&dryRun=All`, controls: rbacAlone },
    { method: "PATCH", path: `${node}/status`, ...merge, controls: rbacAlone },
    { method: "PATCH", path: `${node}/status?dryRun=All`, ...merge, controls: rbacAlone },
    { method: "GET", path: "/api/v1/proxy/nodes/target", controls: rbacAlone },
  ];
}
