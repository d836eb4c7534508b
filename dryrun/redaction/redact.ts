import { credentialShapes, isHarmlessValue, namesCredential } from "./credentials";
import { secretValues } from "./secretValues";
import { secretDataSpans, settingSpans } from "./settings";
import { mask, masked, type Span } from "./spans";
import { createValueFinder } from "./valueFinder";

export interface RedactionOptions {
  /**
   * Names of ConfigMap keys and variables that are called like credentials and are none; `*` stands for any
   * characters. Values of Secrets are masked all the same.
   * @default none
   */
  notSecret?: string[];
}

/** Masks what must not be seen. */
export interface Redactor {
  /** A text of any kind: a diff, a message, a log. */
  text(text: string): string;
  /**
   * A copy of a report or manifest with every text in it masked but the names of objects and keys, and our own words
   * such as verdicts.
   */
  object<T>(object: T): T;
}

/**
 * Fields at the top of reports, of their objects and of manifests, which hold names and fixed words: a Secret's value
 * that is the same word must not be able to erase them.
 */
const openFields = new Set(
  (
    "apiVersion kind namespace name verdict reason keysAdded keysRemoved version environment overlay clusterName " +
    "label guard state outcome startedAt"
  ).split(" "),
);

/**
 * Makes the redactor of one run. What it masks: every value of a Secret in the manifests, however it is written;
 * values whose names are those of credentials; texts with the shape of a well-known credential.
 * @param renderedObjects manifests, parsed: the rendered overlay of head and of base.
 */
export function createRedactor(renderedObjects: unknown[], options: RedactionOptions = {}): Redactor {
  const open = (options.notSecret ?? []).map(namePattern);
  const isCredential = (name: string) => namesCredential(name) && !open.some((pattern) => pattern.test(name));
  const { values, publicNames } = secretValues(renderedObjects, isCredential);
  const findValues = createValueFinder(values, publicNames);

  const text = (input: string): string => {
    const openSpans = settingSpans(input, (name) => open.some((pattern) => pattern.test(name)));
    const shapes = shapeSpans(input).filter((span) => !openSpans.some((openSpan) => lies(span, openSpan)));
    return masked(input, [
      ...settingSpans(input, isCredential),
      ...secretDataSpans(input),
      ...shapes,
      ...findValues(input),
    ]);
  };

  const copy = (node: unknown, parents: Map[] = []): unknown => {
    if (typeof node === "string") return text(node);
    if (Array.isArray(node)) return node.map((item) => copy(item, parents));
    if (!isMap(node)) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, field(key, value, node, parents)]),
    );
  };

  const field = (key: string, value: unknown, map: Map, parents: Map[]): unknown => {
    if (key === "stringData" || (key === "data" && map.kind === "Secret")) return maskAll(value);
    const name = key === "value" && typeof map.name === "string" ? map.name : key;
    if (typeof value === "string" && isCredential(name) && !isHarmlessValue(value)) return mask;
    const isOpen = openFields.has(key) && parents.length < 2 && parents[0]?.kind !== "ConfigMap";
    return isOpen ? value : copy(value, [...parents, map]);
  };

  return { text, object: <T>(object: T) => copy(object) as T };
}

type Map = Record<string, unknown>;

function isMap(node: unknown): node is Map {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}

function maskAll(node: unknown): unknown {
  if (!isMap(node)) return mask;
  return Object.fromEntries(Object.keys(node).map((key) => [key, mask]));
}

function shapeSpans(text: string): Span[] {
  return credentialShapes.flatMap((shape) =>
    [...text.matchAll(shape)].map(({ index, 0: found }) => ({ start: index, end: index + found.length })),
  );
}

function lies(inner: Span, outer: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

function namePattern(name: string): RegExp {
  const parts = name.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
