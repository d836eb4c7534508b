import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { CouldNotCheck } from "../couldNotCheck";
import { asMap, asText, type Json } from "./objects";
import { parseYaml } from "./yaml";

/** What a kustomize folder is rendered from. */
export interface Sources {
  /** Files that kustomize reads, relative to the repository, in order of their names. */
  files: string[];
  /** Addresses that kustomize would fetch from, each with the file that names it. */
  remotes: { address: string; file: string }[];
}

/** The names that kustomize looks for (kubernetes-sigs/kustomize:api/konfig/general.go). */
const kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/**
 * What kustomize takes from another host: addresses with a scheme, and the short ways to write a git repository
 * (kubernetes-sigs/kustomize:api/internal/git/repospec.go).
 */
const remote = /^(?:[a-z][a-z\d+.-]*:\/\/|git::|gh:|[\w.-]+@[\w.-]+[:/]|[\w-]+(?:\.[\w-]+)+[:/][^/]+\/)/i;

/** Lists of folders and files of which each may be a kustomize folder itself. */
const folderFields = ["resources", "bases", "components", "generators", "transformers", "validators"];
const fileFields = ["crds", "configurations", "patchesStrategicMerge"];

/**
 * Follows the references of a kustomize folder. What is not there is left to kustomize to complain about.
 * @param root the repository; kustomize reads nothing outside of it.
 * @throws CouldNotCheck if a file that says what else to read cannot be read with certainty.
 */
export function sourcesOf(root: string, overlay: string): Sources {
  const files = new Set<string>();
  const remotes: Sources["remotes"] = [];
  const seenFolders = new Set<string>();

  const follow = (path: string, file: string, from: string) => {
    const target = resolve(from, path);
    const kind = kindOf(target);
    if (kind === "folder") visit(target);
    else if (kind === "file") readFile(target);
    else if (remote.test(path)) remotes.push({ address: path, file: relative(root, file) });
  };

  const readFile = (file: string) => {
    files.add(relative(root, file));
    // A resource can itself configure a generator or transformer that reads files.
    if (/\.ya?ml$/.test(file)) collectAddresses(readFileSync(file, "utf8"), file);
  };

  const collectAddresses = (text: string, file: string) => {
    for (const document of text.split(/^---.*\n/m)) {
      if (
        !/^kind: *["']?(?:ConfigMapGenerator|SecretGenerator|HelmChartInflationGenerator|\w+Transformer)\b/m.test(
          document,
        )
      )
        continue;
      for (const path of stringsOf(readYaml(document, relative(root, file)))) {
        if (remote.test(pathOf(path))) remotes.push({ address: pathOf(path), file: relative(root, file) });
        else if (kindOf(join(dirname(file), pathOf(path))) === "file") {
          files.add(relative(root, join(dirname(file), pathOf(path))));
        }
      }
    }
  };

  const visit = (folder: string) => {
    if (seenFolders.has(folder)) return;
    seenFolders.add(folder);
    const file = kustomizationNames.map((name) => join(folder, name)).find((path) => kindOf(path) === "file");
    if (!file) return;
    files.add(relative(root, file));
    const kustomization = asMap(readYaml(readFileSync(file, "utf8"), relative(root, file)));
    for (const reference of referencesOf(kustomization)) {
      if (reference.includes("\n")) collectAddresses(reference, file);
      else follow(reference, file, folder);
    }
  };

  visit(resolve(root, overlay));
  return { files: [...files].sort(), remotes };
}

function referencesOf(kustomization: Json): string[] {
  const list = (field: string) => asList(kustomization[field]);
  const paths = (entries: unknown[], field = "path") => entries.map((entry) => asText(asMap(entry)[field]));
  const generators = [...list("configMapGenerator"), ...list("secretGenerator")].map(asMap);
  return [
    ...[...folderFields, ...fileFields].flatMap(list).map(asText),
    ...paths([...list("patches"), ...list("patchesJson6902"), ...list("replacements")]),
    ...paths([kustomization.openapi]),
    ...paths(list("helmCharts"), "valuesFile"),
    ...generators
      .flatMap(({ files, env, envs }) => [...asList(files), ...asList(envs), env])
      .map(asText)
      .map(pathOf),
  ].filter((path) => path !== "");
}

/** The path of a generator's entry, which can begin with the key that it becomes. */
function pathOf(entry: string): string {
  return entry.replace(/^[^=/:]*=/, "");
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

function readYaml(text: string, file: string): unknown {
  try {
    return parseYaml(text).value;
  } catch {
    throw new CouldNotCheck(`${file} is no YAML, or has several documents.`);
  }
}

function kindOf(path: string): "file" | "folder" | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return "folder";
  return stats?.isFile() ? "file" : undefined;
}

/**
 * Refuses to render what would bring answers from the runner's network into a comment.
 * @param allowedPrefixes beginnings of addresses that are fetched all the same.
 * @throws CouldNotCheck that names every address.
 */
export function refuseRemotes({ remotes }: Sources, allowedPrefixes: string[]): void {
  const refused = remotes.filter(
    ({ address }) => !allowedPrefixes.some((prefix) => address.startsWith(prefix)),
  );
  if (refused.length === 0) return;
  throw new CouldNotCheck(
    `kustomize would fetch from another host: ${refused.map(({ address, file }) => `${address} (in ${file})`).join(", ")}. ` +
      "Copy it into the repository, or allow the beginning of its address (allow-remote-prefix).",
  );
}
