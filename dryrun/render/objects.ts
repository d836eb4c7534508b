import { CouldNotCheck } from "../couldNotCheck";
import { parseYaml } from "./yaml";

/** An object as JSON has it. */
export type Json = Record<string, unknown>;

/** What names an object in a cluster. */
export interface ObjectName {
  apiVersion: string;
  kind: string;
  /** Empty if the manifest names none. */
  namespace: string;
  name: string;
}

/** One object of a rendered overlay. */
export interface KubernetesObject extends ObjectName {
  manifest: Json;
  /** Its text as kustomize wrote it: parsing and writing it again could change numbers. */
  text: string;
  /** Whether its manifest may be compared with what the cluster has; see {@link parseYaml}. */
  isAmbiguous: boolean;
}

/** The texts of a rendered overlay's documents. */
export function documentsOf(rendered: string): string[] {
  return rendered.split(/^---\n/m).filter((text) => text.trim() !== "");
}

/**
 * Takes a rendered overlay apart.
 * @throws CouldNotCheck if some document of it is no Kubernetes object.
 */
export function parseObjects(rendered: string): KubernetesObject[] {
  return documentsOf(rendered).flatMap((text, index) => {
    const parsed = readDocument(text, index + 1);
    return parsed.value === undefined ? [] : [toObject(parsed.value, text, parsed.isAmbiguous)];
  });
}

function readDocument(text: string, number: number) {
  try {
    return parseYaml(text);
  } catch {
    // Messages of the parser quote the text around a mistake, which may be part of a Secret: only its place is told.
    throw new CouldNotCheck(`document ${String(number)} of the rendered overlay is no YAML.`);
  }
}

function toObject(value: unknown, text: string, isAmbiguous: boolean): KubernetesObject {
  const manifest = asMap(value);
  const { apiVersion, kind } = manifest;
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    throw new CouldNotCheck("the rendered overlay has a document without apiVersion and kind.");
  }
  // A list would carry Secrets past the check for them, and kubectl takes everything that has items for one.
  if ((apiVersion === "v1" && kind.endsWith("List")) || Array.isArray(manifest.items)) {
    throw new CouldNotCheck(
      `the rendered overlay has an object of kind ${kind} with items: write them one by one.`,
    );
  }
  const { name, generateName, namespace } = asMap(manifest.metadata);
  return {
    apiVersion,
    kind,
    namespace: asText(namespace),
    name: asText(name ?? generateName),
    manifest,
    text,
    isAmbiguous,
  };
}

export function isMap(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as a map; anything else is an empty one. */
export function asMap(value: unknown): Json {
  return isMap(value) ? value : {};
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** API group of an object; empty for the core group. */
export function groupOf({ apiVersion }: { apiVersion: string }): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** What makes two manifests the same object, whichever API version they are written in. */
export function identityOf(object: ObjectName): string {
  return JSON.stringify([groupOf(object), object.kind, object.namespace, object.name]);
}

/** Secrets never leave: they are neither sent to the cluster nor printed. */
export function isSecret(object: ObjectName): boolean {
  return object.kind === "Secret" && groupOf(object) === "";
}

/** A dry run of these needs the rights that they grant. */
export function isRbacObject(object: ObjectName): boolean {
  return groupOf(object) === "rbac.authorization.k8s.io";
}

/** Whether it is a role, in a namespace or not. */
export function isRole(object: ObjectName): boolean {
  return isRbacObject(object) && ["Role", "ClusterRole"].includes(object.kind);
}

export function isNamespace({ kind, apiVersion }: ObjectName): boolean {
  return kind === "Namespace" && apiVersion === "v1";
}

/** How an object is called before people. Manifests can hold any text as a name: what no name may have is left out. */
export function titleOf({
  kind,
  namespace,
  name,
}: Pick<ObjectName, "kind" | "name"> & { namespace?: string }) {
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}`.replace(/[^\w.:/ -]/g, "?");
}
