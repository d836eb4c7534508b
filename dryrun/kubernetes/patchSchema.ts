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

/** How the server merges patches of a kind. */
export interface KindSchema {
  schema: PatchSchema;
  /** Content type of the patches that `kubectl apply` sends. */
  patchType: "application/strategic-merge-patch+json" | "application/merge-patch+json";
}

/** Schemas by API version and kind. */
export type PatchSchemas = (apiVersion: string, kind: string) => KindSchema | undefined;

/** Reads the schemas of these API versions. Of one that the server does not give, no kind is known. */
export async function readPatchSchemas(api: Api, apiVersions: string[]): Promise<PatchSchemas> {
  const index = await api.send({ path: "/openapi/v3" });
  const paths = asMap(index.body.paths);
  const kinds = await concurrently(apiVersions, connections, async (apiVersion) => {
    const path = asText(
      asMap(paths[apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`]).serverRelativeURL,
    );
    const { code, body } = path ? await api.send({ path }) : { code: 404, body: {} };
    return [apiVersion, code === 200 ? kindsIn(body, apiVersion) : new Map<string, KindSchema>()] as const;
  });
  const byVersion = new Map(kinds);
  return (apiVersion, kind) => byVersion.get(apiVersion)?.get(kind);
}

function kindsIn(document: Json, apiVersion: string): Map<string, KindSchema> {
  const schemas = asMap(asMap(document.components).schemas);
  const isOfVersion = ({ group, version }: Json) =>
    (group ? `${asText(group)}/${asText(version)}` : version) === apiVersion;
  const strategic = new Set(
    Object.values(asMap(document.paths))
      .map((path) => asMap(asMap(path).patch))
      .filter(
        ({ requestBody }) => "application/strategic-merge-patch+json" in asMap(asMap(requestBody).content),
      )
      .map((patch) => asText(asMap(patch[groupVersionKind]).kind)),
  );
  const kinds = new Map<string, KindSchema>();
  for (const schema of Object.values(schemas).map(asMap)) {
    const names = schema[groupVersionKind];
    for (const name of (Array.isArray(names) ? names : []).map(asMap).filter(isOfVersion)) {
      const kind = asText(name.kind);
      kinds.set(kind, {
        schema: node(schema, schemas),
        // As kubectl decides: kubernetes/kubectl:pkg/cmd/apply/patcher.go
        patchType: strategic.has(kind)
          ? "application/strategic-merge-patch+json"
          : "application/merge-patch+json",
      });
    }
  }
  return kinds;
}

const groupVersionKind = "x-kubernetes-group-version-kind";

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
