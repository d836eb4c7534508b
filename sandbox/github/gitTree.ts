/** An entry of a git tree. */
export interface TreeEntry {
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  /** Bytes; absent for a tree. */
  size?: number;
  /** From the root of the repository. */
  path: string;
}

/** What `git ls-tree -z --long` says. */
export function listedEntries(output: string): TreeEntry[] {
  return output
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [attributes = "", path = ""] = line.split("\t");
      const [mode = "", type, sha = "", size] = attributes.split(/ +/);
      return {
        mode,
        type: type as TreeEntry["type"],
        sha,
        path,
        ...(size === "-" ? {} : { size: Number(size) }),
      };
    });
}

/** What a tree object holds: of each entry the mode, the name, and the sha in 20 bytes. Sizes are not in it. */
export function entriesOf(tree: Buffer, folder: string): TreeEntry[] {
  const found: TreeEntry[] = [];
  for (let at = 0; at < tree.length;) {
    const nameEnd = tree.indexOf(0, at);
    const next = nameEnd + 21;
    const [octal = "", ...name] = tree.toString("utf8", at, nameEnd).split(" ");
    const mode = octal.padStart(6, "0");
    const sha = tree.toString("hex", nameEnd + 1, next);
    const path = [...(folder === "" ? [] : [folder]), name.join(" ")].join("/");
    found.push({ mode, type: types[mode] ?? "blob", sha, path });
    at = next;
  }
  return found;
}

const types: Record<string, TreeEntry["type"]> = { "040000": "tree", "160000": "commit" };
