import { join, relative } from "node:path";
import { buildSync } from "esbuild";

const root = join(__dirname, "..");

/**
 * Compiles a TypeScript program and all it imports into one readable CommonJS text. The same sources give the same
 * bytes, on every machine.
 * @param entry path of the program in this repository.
 * @param banner text at its top.
 * @throws the errors of esbuild.
 */
export function bundle(entry: string, banner = ""): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [relative(root, join(root, entry))],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    // The settings of this repository's own tsconfig.json are no business of the target repository.
    tsconfigRaw: {},
    banner: { js: banner },
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`esbuild made nothing of ${entry}.`);
  return output.text;
}
