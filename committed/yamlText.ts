import { Document, isScalar, type Node, Scalar, type YAMLMap } from "yaml";

/** A value with a comment above it. */
export function commented(comment: string, value: unknown): Node {
  const node = new Document(value, { aliasDuplicateObjects: false }).contents as Node;
  node.commentBefore = comment.replace(/^/gm, " ");
  return node;
}

/** A text with a comment behind it. */
export function remarked(text: string, comment: string): Scalar<string> {
  const scalar = new Scalar(text);
  scalar.comment = ` ${comment}`;
  return scalar;
}

/** A map with an empty line between its entries. */
export function spaced(entries: object): YAMLMap {
  const map = new Document(entries, { aliasDuplicateObjects: false }).contents as YAMLMap;
  for (const { key } of map.items.slice(1)) if (isScalar(key)) key.spaceBefore = true;
  return map;
}

/** A string in double quotes, for what some parser would take for a number: 1_35 is 135 in YAML 1.1. */
export function quoted(text: string): Scalar<string> {
  const scalar = new Scalar(text);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** YAML text that parsers of YAML 1.1 and 1.2 read alike, with a comment at its top. */
export function yamlText(comment: string, value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, compat: "yaml-1.1" });
  document.commentBefore = comment.replace(/^/gm, " ");
  return document.toString({ lineWidth: 0 });
}
