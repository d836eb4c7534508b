import { build } from "esbuild";

/** A TypeScript entry point and the one JavaScript file to make of it. */
export interface Bundle {
  entry: string;
  file: string;
}

/** Bundles programs for the Node.js that runs this, so that each starts in a fraction of a second. */
export async function bundleAll(bundles: Bundle[]): Promise<void> {
  await Promise.all(
    bundles.map(({ entry, file }) =>
      build({
        entryPoints: [entry],
        outfile: file,
        bundle: true,
        platform: "node",
        target: "node20",
        format: "cjs",
        logLevel: "silent",
      }),
    ),
  );
}
