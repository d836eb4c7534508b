import {
  always,
  patchTypes,
  refusedTwice,
  rbacAlone,
  type Attack,
  type Control,
  type Controls,
} from "./attack";
import { collectionPath, objectOf, targetKinds, targetPath, type TargetKind } from "./kinds";

/** Every write verb on every kind, for real and as a dry run. */
export function writeAttacks(): Attack[] {
  return targetKinds.flatMap((kind) => [
    ...creates(kind),
    ...updates(kind),
    ...Object.keys(patchTypes).flatMap((type) => patches(kind, type as keyof typeof patchTypes)),
    ...deletes(kind),
  ]);
}

/** Who answers: for verbs that the role grants of granted kinds, only the policy stands in the way. */
function controlsOf(
  kind: TargetKind,
  { verbIsGranted = true, byPolicy = "policy" }: { verbIsGranted?: boolean; byPolicy?: Control } = {},
): Controls {
  if (kind.unseen) return rbacAlone;
  return { shipped: kind.granted && verbIsGranted ? byPolicy : "RBAC", everything: byPolicy };
}

const dryRun = { byPolicy: "allowed dry run" as const };

function creates(kind: TargetKind): Attack[] {
  // The names of these two kinds are made of their content.
  const name = { customresourcedefinitions: kind.name, apiservices: kind.name }[kind.resource] ?? "another";
  const body = objectOf(kind, name);
  const create = { method: "POST", body };
  // A dry run of something that is there is told so; the real request is denied before anybody looks.
  const dry = name === kind.name ? { byPolicy: "server" as const } : dryRun;
  return [
    { ...create, path: collectionPath(kind), controls: controlsOf(kind) },
    { ...create, path: `${collectionPath(kind)}?dryRun=All`, controls: controlsOf(kind, dry) },
  ];
}

function updates(kind: TargetKind): Attack[] {
  const body = {
    ...objectOf(kind),
    metadata: { ...(objectOf(kind).metadata as object), labels: { app: "x" } },
  };
  const update = { method: "PUT", body };
  return [
    { ...update, path: targetPath(kind), controls: controlsOf(kind, { verbIsGranted: false }) },
    {
      ...update,
      path: `${targetPath(kind)}?dryRun=All`,
      controls: controlsOf(kind, { ...dryRun, verbIsGranted: false }),
    },
  ];
}

function patches(kind: TargetKind, type: keyof typeof patchTypes): Attack[] {
  const { apiVersion } = kind;
  const metadata = { labels: { attacked: "yes" } };
  const body = {
    json: [{ op: "add", path: "/metadata/labels/attacked", value: "yes" }],
    merge: { metadata },
    strategic: { metadata },
    apply: { apiVersion, kind: kind.kind, metadata: { ...metadata, name: kind.name ?? "target" } },
  }[type];
  const patch = {
    note: type,
    method: "PATCH",
    headers: { "content-type": patchTypes[type] },
    body,
  };
  const manager = type === "apply" ? "fieldManager=attacker&force=true" : "";
  // Custom kinds have no merge keys; the type is refused before admission.
  const refused = apiVersion.startsWith("example.org/") && type === "strategic";
  const real = refused ? always("server") : controlsOf(kind);
  const dry = refused ? always("server") : controlsOf(kind, dryRun);
  return [
    { ...patch, path: targetPath(kind) + (manager && `?${manager}`), controls: real },
    { ...patch, path: `${targetPath(kind)}?dryRun=All${manager && `&${manager}`}`, controls: dry },
  ];
}

function deletes(kind: TargetKind): Attack[] {
  const remove = { method: "DELETE", controls: kind.unseen ? rbacAlone : refusedTwice };
  const options = { apiVersion: "v1", kind: "DeleteOptions", dryRun: ["All"] };
  // There is no way to delete all Namespaces at once.
  const all: Controls =
    kind.resource === "namespaces" ? { shipped: "RBAC", everything: "server" } : remove.controls;
  return [
    { ...remove, path: targetPath(kind) },
    { ...remove, path: `${targetPath(kind)}?dryRun=All` },
    { ...remove, note: "dry run in the body", path: targetPath(kind), body: options },
    { ...remove, path: collectionPath(kind), controls: all },
    { ...remove, path: `${collectionPath(kind)}?dryRun=All`, controls: all },
  ];
}
