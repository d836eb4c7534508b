import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { relative, sep } from "node:path";
import { CouldNotCheck } from "../couldNotCheck";
import { parseAllYaml } from "./yaml";

/** What a path leads to; undefined if there is nothing, and for a text that is too long for a path. */
export function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return "folder";
    return stats.isFile() ? "file" : undefined;
  } catch {
    return undefined;
  }
}

/** Where the search for what kustomize reads may look. */
export interface Bounds {
  /** The repository, without links in its path. */
  root: string;
  /** A folder in it that is none of its own: the checkout of the base. */
  except?: string;
}

/**
 * Refuses what a link or `..` leads to outside of the repository. kustomize itself reads no files from there, but
 * kustomize folders.
 */
export function refuseOutside({ root, except }: Bounds, path: string): void {
  const real = realpathSync(path);
  if (!isIn(root, real)) throw new CouldNotCheck(`${relative(root, path)} lies outside of the repository.`);
  if (except !== undefined && existsSync(except) && isIn(realpathSync(except), real))
    throw new CouldNotCheck(
      `${relative(root, path)} leads to the checkout of the base, which no merge would have.`,
    );
}

function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}

/**
 * The documents of a file that tells kustomize what else to read.
 * @throws CouldNotCheck if another parser of YAML could read it differently.
 */
export function readDocuments(bounds: Bounds, path: string): unknown[] {
  refuseOutside(bounds, path);
  const file = relative(bounds.root, path);
  return documentsIn(decoded(readFileSync(path), file), file);
}

/** @param file that the text is of, for messages */
export function documentsIn(text: string, file: string): unknown[] {
  // Ends of lines in YAML 1.1, which kustomize reads, and none in 1.2: a comment for one is a field for the other.
  if (/[\u0085\u2028\u2029]/.test(text))
    throw new CouldNotCheck(
      `${file} has ends of lines that not every program takes for such (U+0085, U+2028, U+2029).`,
    );
  try {
    return parseAllYaml(text);
  } catch {
    throw new CouldNotCheck(`${file} is no YAML that can be read with certainty.`);
  }
}

/** kustomize reads UTF-16 too. */
function decoded(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CouldNotCheck(`${file} is not in UTF-8.`);
  }
}
