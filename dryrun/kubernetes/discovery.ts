import { concurrently } from "../concurrently";
import { asText, groupOf, type Json, type ObjectName } from "../render/objects";
import { type Answer, type Api, connections } from "./api";

/** Where the objects of a kind are. */
export interface Resource {
  /** Such as `/apis/apps/v1`. */
  root: string;
  /** Such as `deployments`. */
  plural: string;
  isNamespaced: boolean;
}

/** What the server knows of a kind; an answer that is not 2xx says why it knows nothing. */
export type Lookup = { resource: Resource } | { unknown: true } | { failure: Answer };

/** Path of an API group and version, such as `/apis/apps/v1`. */
export function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** What an API group and version can be. Anything else would ask the server for something else than its kinds. */
const groupAndVersion = /^(?:[a-z0-9][a-z0-9.-]*\/)?[a-z0-9]+$/;

/** Asks the server for the kinds of all these objects, one request for each API group and version. */
export async function discover(api: Api, objects: ObjectName[]): Promise<(object: ObjectName) => Lookup> {
  const versions = [...new Set(objects.map(({ apiVersion }) => apiVersion))].filter((version) =>
    groupAndVersion.test(version),
  );
  const answers = await concurrently(versions, connections, async (version) => [
    version,
    await api.send({ path: rootOf(version) }),
  ]);
  const byVersion = new Map(answers as [string, Answer][]);
  return (object) => {
    const answer = byVersion.get(object.apiVersion);
    if (!answer || answer.code === 404) return { unknown: true };
    if (answer.code !== 200) return { failure: answer };
    const list = (answer.body.resources ?? []) as Json[];
    const found = list.find(({ kind, name }) => kind === object.kind && !asText(name).includes("/"));
    if (!found) return { unknown: true };
    return {
      resource: {
        root: rootOf(object.apiVersion),
        plural: asText(found.name),
        isNamespaced: found.namespaced === true,
      },
    };
  };
}

/** Path of the folder of an object's kind, in its namespace. */
export function collectionPath({ root, plural, isNamespaced }: Resource, namespace: string): string {
  return isNamespaced ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}` : `${root}/${plural}`;
}

/** Path of an object. */
export function objectPath(resource: Resource, namespace: string, name: string): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** Whether a rendered CustomResourceDefinition defines the kind and version of an object. */
export function defines(definition: ObjectName & { manifest: Json }, object: ObjectName): boolean {
  if (definition.kind !== "CustomResourceDefinition") return false;
  const spec = definition.manifest.spec as
    { group?: string; names?: { kind?: string }; versions?: Json[] } | undefined;
  const version = object.apiVersion.split("/").at(-1);
  return (
    spec?.group === groupOf(object) &&
    spec.names?.kind === object.kind &&
    (spec.versions ?? []).some(({ name, served }) => name === version && served !== false)
  );
}
