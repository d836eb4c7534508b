import { realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { CouldNotCheck } from "../couldNotCheck";
import { fetchedAddress, isRemote, type Remote } from "./addresses";
import { fieldsOf, withoutKey } from "./kustomizationFields";
import { asMap, asText, isMap, type Json } from "./objects";
import { objectsIn } from "./size";
import { type Bounds, documentsIn, kindOf, readDocuments, refuseOutside } from "./sourceFile";

/** What a kustomize folder is rendered from. */
export interface Sources {
  /** Files that kustomize reads, relative to the repository, in order of their names. */
  files: string[];
  remotes: Remote[];
  /** About how many objects it has: a folder that is named twice counts twice. */
  objects: number;
}

/** The names that kustomize looks for (kubernetes-sigs/kustomize:api/konfig/general.go). */
const kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/**
 * Follows the references of a kustomize folder. What is not there is left to kustomize to complain about.
 * @param root the repository.
 * @param except a folder in it that nothing may be read from.
 * @throws CouldNotCheck if a file that says what else to read cannot be read with certainty, or leads out of the repository.
 */
export function sourcesOf(root: string, overlay: string, except?: string): Sources {
  const search = new Search({ root: realpathSync(root), except });
  const folder = resolve(root, overlay);
  const objects = kindOf(folder) === "folder" ? search.visit(folder, "objects") : 0;
  return { files: [...search.files].sort(), remotes: search.remotes, objects };
}

/** What a folder is read for. Files of plugins say what else kustomize reads: generators, transformers, validators. */
type Purpose = "objects" | "plugins";

class Search {
  readonly files = new Set<string>();
  readonly remotes: Remote[] = [];
  /** About how many objects each folder and file that was followed has. */
  private readonly counted = new Map<string, number>();

  constructor(private readonly bounds: Bounds) {}

  /** @returns about how many objects the folder has */
  visit(path: string, purpose: Purpose): number {
    refuseOutside(this.bounds, path);
    // As kustomize does: what a link leads to has other neighbours than the link.
    const folder = realpathSync(path);
    const key = `${purpose} ${folder}`;
    const known = this.counted.get(key);
    if (known !== undefined) return known;
    // A folder that leads back to itself is kustomize's to refuse.
    this.counted.set(key, 0);
    const count = this.read(folder, purpose);
    this.counted.set(key, count);
    return count;
  }

  private read(folder: string, purpose: Purpose): number {
    const file = kustomizationNames.map((name) => join(folder, name)).find((one) => kindOf(one) === "file");
    if (!file) return 0;
    this.files.add(this.name(file));
    const fields = fieldsOf(this.name(file), this.kustomization(file), purpose === "plugins");
    const place = { folder, file };
    for (const text of fields.loaded) this.noteFetched(text, file);
    for (const reference of fields.files) this.follow(reference, place, "objects");
    for (const entry of fields.plugins) this.plugin(entry, place);
    return fields.folders.reduce((sum, reference) => sum + this.follow(reference, place, purpose), 0);
  }

  /** kustomize takes the first document alone, so a second one is a mistake at best. */
  private kustomization(file: string): Json {
    const documents = readDocuments(this.bounds, file);
    if (documents.length > 1) throw new CouldNotCheck(`${this.name(file)} has several documents.`);
    return asMap(documents[0]);
  }

  /** @returns about how many objects come from there */
  private follow(reference: string, from: Place, purpose: Purpose): number {
    const target = resolve(from.folder, reference);
    const kind = kindOf(target);
    if (isRemote(reference, kind !== undefined)) this.note(fetchedAddress(reference) ?? reference, from.file);
    else if (kind === "folder") return this.visit(target, purpose);
    else if (kind === "file") {
      refuseOutside(this.bounds, target);
      this.files.add(this.name(target));
      if (purpose === "objects") return this.count(target);
      this.pluginDocuments(readDocuments(this.bounds, target), { ...from, file: target });
    }
    return 0;
  }

  private count(file: string): number {
    const count = this.counted.get(file) ?? objectsIn(file);
    this.counted.set(file, count);
    return count;
  }

  /** A plugin's configuration, written in place or the path of one. */
  private plugin(entry: string, from: Place): void {
    const isPath = !/[\n:{}[\]!&*]/.test(entry) || isRemote(entry, false);
    const documents = isPath ? [] : documentsIn(entry, this.name(from.file));
    if (documents.some(isMap)) this.pluginDocuments(documents, from);
    else this.follow(entry, from, "plugins");
  }

  private pluginDocuments(documents: unknown[], { folder, file }: Place): void {
    for (const text of documents.flatMap(stringsOf)) {
      this.noteFetched(text, file);
      const path = join(folder, withoutKey(text));
      if (!text.includes("\n") && kindOf(path) === "file") this.files.add(this.name(path));
    }
  }

  private noteFetched(text: string, file: string): void {
    const address = fetchedAddress(text);
    if (address !== undefined) this.note(address, file);
  }

  private note(address: string, file: string): void {
    const remote = { address, file: this.name(file) };
    const isKnown = this.remotes.some((other) => other.address === address && other.file === remote.file);
    if (!isKnown) this.remotes.push(remote);
  }

  private name(path: string): string {
    return relative(this.bounds.root, path);
  }
}

/** Where a reference stands: kustomize resolves it from the folder, whichever file names it. */
interface Place {
  folder: string;
  file: string;
}

/** Every string in a value, names of fields too, but for a generator's values themselves. */
function stringsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  if (isMap(value))
    return Object.entries(value).flatMap(([key, item]) =>
      key === "literals" ? [] : [key, ...stringsOf(item)],
    );
  return [asText(value)].filter((text) => text !== "");
}
