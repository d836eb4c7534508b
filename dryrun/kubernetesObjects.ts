import { parseAllDocuments } from "yaml";
import { CouldNotCheck } from "./couldNotCheck";

/** One object of a rendered overlay. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  /** Its text as kustomize wrote it: parsing and writing it again could change numbers. */
  text: string;
  /** For a CustomResourceDefinition: the kind and group that it defines. */
  defines?: { group: string; kind: string };
}

interface Manifest {
  apiVersion?: unknown;
  kind?: unknown;
  metadata?: { name?: unknown; generateName?: unknown; namespace?: unknown };
  spec?: { group?: unknown; names?: { kind?: unknown } };
}

/**
 * Takes a rendered overlay apart.
 * @throws CouldNotCheck if some document of it is no Kubernetes object.
 */
export function parseObjects(rendered: string): KubernetesObject[] {
  return parseAllDocuments(rendered).flatMap((document) => {
    // Messages of the parser quote the text around a mistake, which may be part of a Secret: only its place is told.
    const [error] = document.errors;
    if (error)
      throw new CouldNotCheck(`the rendered overlay is no YAML at line ${String(error.linePos?.[0].line)}.`);
    const manifest = document.toJS() as unknown;
    if (manifest === null || manifest === undefined) return [];
    const [start, , end] = document.range;
    return [toObject(manifest, rendered.slice(start, end).replace(/^---\n/, ""))];
  });
}

function toObject(manifest: Manifest, text: string): KubernetesObject {
  const { apiVersion, kind, metadata, spec } = manifest;
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    throw new CouldNotCheck("the rendered overlay has a document without apiVersion and kind.");
  }
  // A list would carry Secrets past the check for them.
  if (apiVersion === "v1" && kind.endsWith("List")) {
    throw new CouldNotCheck(
      `the rendered overlay has an object of kind ${kind}: write its items one by one.`,
    );
  }
  const name = metadata?.name ?? metadata?.generateName;
  return {
    apiVersion,
    kind,
    namespace: asText(metadata?.namespace),
    name: asText(name),
    text,
    ...(kind === "CustomResourceDefinition" && {
      defines: { group: asText(spec?.group), kind: asText(spec?.names?.kind) },
    }),
  };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** API group of an object; empty for the core group. */
export function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** What makes two manifests the same object, whichever API version they are written in. */
export function identityOf(object: KubernetesObject): string {
  return JSON.stringify([groupOf(object), object.kind, object.namespace, object.name]);
}

/** Secrets never leave: they are neither sent to the cluster nor printed. */
export function isSecret(object: KubernetesObject): boolean {
  return object.kind === "Secret" && groupOf(object) === "";
}

/** How an object is called before people. Manifests can hold any text as a name: what no name may have is left out. */
export function titleOf({ kind, namespace, name }: KubernetesObject): string {
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}`.replace(/[^\w.:/ -]/g, "?");
}
