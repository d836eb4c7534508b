import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { buildSync } from "esbuild";

const root = join(__dirname, "..");

const bundles = new Map<string, string>();

/**
 * A TypeScript program and all it imports as one readable CommonJS text, with the licences of the libraries in it at its
 * top. The same sources give the same bytes, on every machine.
 * @param entry path of the program in this repository.
 * @throws the errors of esbuild.
 */
export function bundle(entry: string): string {
  const text = bundles.get(entry) ?? compile(entry);
  bundles.set(entry, text);
  return text;
}

/** Compiles anew what {@link bundle} compiles once a process. */
export function compile(entry: string): string {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [relative(root, join(root, entry))],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    // Paths of libraries stand in the text: as they are here, wherever a linked node_modules really is.
    preserveSymlinks: true,
    // The settings of this repository's own tsconfig.json are no business of the target repository.
    tsconfigRaw: {},
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`esbuild made nothing of ${entry}.`);
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const libraries = used.flatMap(([path]) => libraryFolder(path) ?? []);
  const notices = [...new Set(libraries)].sort().map(licenseNotice);
  return notices.length > 0 ? `${notices.join("\n//\n")}\n${output.text}` : output.text;
}

/** The folder of the library that a file belongs to, such as `node_modules/@octokit/request`. */
function libraryFolder(path: string): string | undefined {
  return /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

/** The licence of a bundled library, as a comment: it wants to travel with the code. */
function licenseNotice(folder: string): string {
  const file = ["LICENSE", "LICENSE.md", "license"].find((name) => existsSync(join(root, folder, name)));
  if (!file) throw new Error(`${folder} has no file LICENSE: its licence must travel with the code.`);
  const license = readFileSync(join(root, folder, file), "utf8").trim();
  const library = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
  return [`Contains the library ${library}:`, "", ...license.split("\n")]
    .map((line) => `// ${line}`.trimEnd())
    .join("\n");
}
