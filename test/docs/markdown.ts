import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(__dirname, "..", "..");

/** A page of the documentation. */
export interface Page {
  /** Path from the root of the repository. */
  path: string;
  text: string;
}

/** The README in both languages and every page below docs/. */
export function pages(): Page[] {
  const below = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  const paths = [
    "README.md",
    "README.ja.md",
    ...below.filter((path) => path.endsWith(".md")).map((path) => join("docs", path)),
  ];
  return paths.map(page);
}

/** One page, by its path from the root of the repository. */
export function page(path: string): Page {
  return { path: relative(root, join(root, path)), text: readFileSync(join(root, path), "utf8") };
}

/** The part of a page below a heading of any level, up to the next one. */
export function section({ path, text }: Page, heading: string): string {
  const [, below] = text.split(new RegExp(`\\n##+ ${heading.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\n`));
  if (below === undefined) throw new Error(`${path} has no section "${heading}"`);
  return below.split(/\n##+ /)[0] ?? "";
}

/** What stands in backticks in the first column of the tables in a text. */
export function firstColumn(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` /gm)].map(([, name = ""]) => name);
}

/** Headings one level below another one. */
export function headingsBelow({ path, text }: Page, heading: string): string[] {
  const [, part] = text.split(`\n## ${heading}\n`);
  if (part === undefined) throw new Error(`${path} has no part "${heading}"`);
  return [...(part.split("\n## ")[0] ?? "").matchAll(/^### (.+)$/gm)].map(([, title = ""]) => title);
}

/** All headings of a text. */
export function headings(text: string): { level: number; title: string }[] {
  return [...text.matchAll(/^(#+) (.+)$/gm)].map(([, marks = "", title = ""]) => ({
    level: marks.length,
    title,
  }));
}

/** The anchor that GitHub gives a heading, if no other has the same title. */
export function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-");
}
