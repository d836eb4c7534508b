import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Graphviz } from "@hpcc-js/wasm-graphviz";

/** Where the picture of the README is. */
export const architectureFile = join(__dirname, "architecture.svg");

/** The picture of the README as SVG, drawn from architecture.dot: the same text gives the same bytes. */
export async function architectureSvg(): Promise<string> {
  const graphviz = await Graphviz.load();
  return graphviz.dot(readFileSync(join(__dirname, "architecture.dot"), "utf8"));
}
