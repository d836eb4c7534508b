import { parseAllDocuments } from "yaml";
import { kindText, refusalOfKind } from "../committed/guardKinds";

/** The kinds of rendered overlays, from the guard's point of view. */
export interface OverlayKinds {
  /** Kinds to grant, as kubectl takes them. */
  kinds: string[];
  /** Kinds that the guard never grants, with the reason; their objects are reported as not checked. */
  refused: { kind: string; reason: string }[];
  /** Custom kinds whose definition is not in the overlays: their plural is guessed. */
  guessed: string[];
}

interface Manifest {
  apiVersion: string;
  kind: string;
  items?: (Manifest | null)[];
  spec?: { group?: string; names?: { kind?: string; plural?: string } };
}

/** Takes the kinds out of rendered overlays. */
export function overlayKinds(rendered: string[]): OverlayKinds {
  const objects = rendered.flatMap(objectsOf);
  const plurals = new Map(
    objects.flatMap(({ kind, spec }) =>
      kind === "CustomResourceDefinition" && spec?.names?.plural
        ? [[`${spec.names.kind ?? ""}.${spec.group ?? ""}`, spec.names.plural] as const]
        : [],
    ),
  );
  const found: OverlayKinds = { kinds: [], refused: [], guessed: [] };
  const seen = new Set<string>();
  for (const { apiVersion, kind } of objects) {
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    const plural = plurals.get(`${kind}.${group}`);
    const text = kindText({ group, resource: plural ?? guessedPlural(kind) });
    if (seen.has(text)) continue;
    seen.add(text);
    const reason = refusalOfKind(text);
    if (reason !== undefined) found.refused.push({ kind: text, reason });
    else found.kinds.push(text);
    if (reason === undefined && plural === undefined && isCustom(group)) found.guessed.push(text);
  }
  return { ...found, kinds: found.kinds.sort(), guessed: found.guessed.sort() };
}

function objectsOf(rendered: string): Manifest[] {
  const flatten = (manifest: Manifest | null): Manifest[] =>
    manifest?.apiVersion === "v1" && manifest.kind.endsWith("List")
      ? (manifest.items ?? []).flatMap(flatten)
      : manifest
        ? [manifest]
        : [];
  return parseAllDocuments(rendered).flatMap((document) => flatten(document.toJS() as Manifest | null));
}

/** Kubernetes' own groups have no dot, or end in k8s.io. Others are of CustomResourceDefinitions, k8s.io's included. */
function isCustom(group: string): boolean {
  const own =
    /^[^.]*$|^(?:apiextensions|coordination|discovery|events|networking|node|resource|scheduling|storage)\.k8s\.io$/;
  return !own.test(group);
}

/** The plural that Kubernetes itself guesses. Source: kubernetes/apimachinery:pkg/api/meta/restmapper.go, UnsafeGuessKindToResource */
function guessedPlural(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith("endpoints")) return singular;
  if (singular.endsWith("s")) return `${singular}es`;
  if (singular.endsWith("y")) return `${singular.slice(0, -1)}ies`;
  return `${singular}s`;
}
