import { CouldNotCheck } from "../couldNotCheck";
import { asMap, asText, isMap, type Json } from "./objects";

/** What a kustomization file refers to, by how kustomize reads it. */
export interface Fields {
  /** Texts that kustomize can load from an address, whatever field they stand in. */
  loaded: string[];
  /** Paths of files. */
  files: string[];
  /** Paths of files or kustomize folders. */
  folders: string[];
  /** Generators, transformers and validators: paths, or their texts in place. */
  plugins: string[];
}

/** Fields of which nothing is loaded, or only with helm, which stays off. */
const harmless =
  "apiVersion kind metadata namePrefix nameSuffix namespace commonLabels labels commonAnnotations images imageTags " +
  "replicas vars sortOptions helmGlobals helmCharts helmChartInflationGenerator generatorOptions buildMetadata";

const folderFields = ["resources", "bases", "components"];
const fileFields = ["crds", "configurations", "patchesStrategicMerge"];
const entryFields = ["patches", "patchesJson6902", "replacements", "configMapGenerator", "secretGenerator"];
const pluginFields = ["generators", "transformers", "validators"];

/** All fields of kubernetes-sigs/kustomize:api/types/kustomization.go. */
const known = new Set([
  ...harmless.split(" "),
  ...["openapi", ...folderFields, ...fileFields, ...entryFields, ...pluginFields],
]);

/** Parts of entries that are texts and never paths. */
const inertParts = new Set(["literals", "options", "patch", "target", "source", "targets"]);

/** In a folder of plugins anything else could put addresses together out of pieces. */
const ofPluginFolders = new Set(["apiVersion", "kind", "metadata", "resources"]);

/**
 * Sorts what a kustomization file refers to.
 *
 * kustomize takes names of fields in any case, and letters that look alike for the same
 * (https://pkg.go.dev/encoding/json#Unmarshal), so a name that is not written as it is documented is refused.
 * @param file for messages
 * @param isOfPlugins whether the folder is one of generators, transformers or validators
 * @throws CouldNotCheck
 */
export function fieldsOf(file: string, kustomization: Json, isOfPlugins: boolean): Fields {
  for (const name of Object.keys(kustomization)) {
    if (!known.has(name)) throw new CouldNotCheck(`${file}: kustomize has no field ${JSON.stringify(name)}.`);
    if (isOfPlugins && !ofPluginFolders.has(name))
      throw new CouldNotCheck(
        `${file}: a folder of generators, transformers or validators can have resources and nothing else, not ${name}.`,
      );
  }
  const texts = (field: string) => asList(kustomization[field]).map(asText).filter(Boolean);
  const entries = (field: string) => asList(kustomization[field]).map(asMap);
  const generators = [...entries("configMapGenerator"), ...entries("secretGenerator")];
  const paths = ["patches", "patchesJson6902", "replacements"].flatMap(entries).map(({ path }) => path);
  const { path: schema } = asMap(kustomization.openapi);
  return {
    loaded: Object.entries(kustomization).flatMap(([name, value]) => {
      if (harmless.split(" ").includes(name) || pluginFields.includes(name)) return [];
      return loadedTexts(value).filter((text) => name !== "patchesStrategicMerge" || !isPatch(text));
    }),
    files: [
      // A strategic patch can stand here itself.
      ...fileFields.flatMap(texts).filter((text) => !text.includes("\n")),
      ...[...paths, schema].map(asText).filter(Boolean),
      ...generators
        .flatMap(({ files, env, envs }) => [...asList(files), ...asList(envs), env])
        .map(asText)
        .filter(Boolean)
        .map(withoutKey),
    ],
    folders: folderFields.flatMap(texts),
    plugins: pluginFields.flatMap(texts),
  };
}

/** Every text in a value, but for parts that are no paths. */
function loadedTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(loadedTexts);
  if (!isMap(value)) return [asText(value)];
  return Object.entries(value).flatMap(([name, item]) => (inertParts.has(name) ? [] : loadedTexts(item)));
}

/** A strategic patch itself: kustomize takes a text for a path only if it is none, and for no key with a path. */
function isPatch(text: string): boolean {
  return text.includes("\n") && !/^https?:/i.test(text);
}

/** The path of a generator's entry, which can begin with the key that it becomes. */
export function withoutKey(entry: string): string {
  return entry.replace(/^[^=]*=/, "");
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
