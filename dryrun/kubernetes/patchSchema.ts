import { concurrently } from "../concurrently";
import { asMap, asText, type Json } from "../render/objects";
import { type Api, connections } from "./api";

/**
 * A node of the server's OpenAPI schema, for what kubectl takes from it: which lists and maps are merged and how
 * (`x-kubernetes-patch-strategy`, `x-kubernetes-patch-merge-key`). Custom resources have none of it.
 */
export interface PatchSchema {
  /** Such as `merge`, `replace`, `retainKeys` or `merge,retainKeys`. */
  strategies: string[];
  mergeKey?: string;
  field(name: string): PatchSchema | undefined;
  item(): PatchSchema | undefined;
}

/** Schemas by API version and kind. */
export type PatchSchemas = (apiVersion: string, kind: string) => PatchSchema | undefined;

/** Reads the schemas of these API versions. Of one that the server does not give, no kind is known. */
export async function readPatchSchemas(api: Api, apiVersions: string[]): Promise<PatchSchemas> {
  const index = await api.send({ path: "/openapi/v3" });
  const paths = asMap(index.body.paths);
  const documents = await concurrently(apiVersions, connections, async (apiVersion) => {
    const path = asText(
      asMap(paths[apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`]).serverRelativeURL,
    );
    if (!path) return undefined;
    const { code, body } = await api.send({ path });
    return code === 200 ? asMap(asMap(body.components).schemas) : undefined;
  });
  const kinds = new Map<string, PatchSchema>();
  documents.forEach((schemas = {}, at) => {
    for (const schema of Object.values(schemas).map(asMap)) {
      for (const { group, version, kind } of groupVersionKinds(schema)) {
        const apiVersion = group ? `${group}/${version}` : version;
        if (apiVersion === apiVersions[at]) kinds.set(`${apiVersion} ${kind}`, node(schema, schemas));
      }
    }
  });
  return (apiVersion, kind) => kinds.get(`${apiVersion} ${kind}`);
}

function groupVersionKinds(schema: Json): { group: string; version: string; kind: string }[] {
  const list = schema["x-kubernetes-group-version-kind"];
  return Array.isArray(list)
    ? list.map(asMap).map(({ group, version, kind }) => ({
        group: asText(group),
        version: asText(version),
        kind: asText(kind),
      }))
    : [];
}

function node(schema: Json, schemas: Json): PatchSchema {
  const target = resolved(schema, schemas);
  const child = (found: unknown) =>
    found === undefined || found === true ? undefined : node(asMap(found), schemas);
  return {
    strategies: asText(schema["x-kubernetes-patch-strategy"]).split(","),
    mergeKey: asText(schema["x-kubernetes-patch-merge-key"]) || undefined,
    field: (name) => child(asMap(target.properties)[name] ?? target.additionalProperties),
    item: () => child(target.items),
  };
}

/** A field of a named type is a reference, alone or as the only one of `allOf` beside a default. */
function resolved(schema: Json, schemas: Json): Json {
  const [first] = Array.isArray(schema.allOf) ? schema.allOf.map(asMap) : [];
  const reference = asText(schema.$ref ?? first?.$ref);
  if (!reference) return schema;
  return resolved(asMap(schemas[reference.replace("#/components/schemas/", "")]), schemas);
}
