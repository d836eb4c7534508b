import { isHarmlessValue } from "./credentials";
import type { Span } from "./spans";

type NameTest = (name: string) => boolean;

/**
 * Finds the values of settings in a text, which may be YAML, a diff of it, JSON (also in JSON) or `name=value`.
 * @param isWanted tells of the name of a setting.
 */
export function settingSpans(text: string, isWanted: NameTest): Span[] {
  const lines = linesOf(text);
  return [
    ...yamlSpans(lines, isWanted),
    ...jsonSpans(text, isWanted),
    ...assignmentSpans(text, isWanted),
  ].filter(({ start, end }) => !isHarmlessValue(text.slice(start, end).replace(/^["']|["']$/g, "")));
}

/** Finds the values in what looks like a Secret, or a patch of one. */
export function secretDataSpans(text: string): Span[] {
  const fields = /kind\\*"?: *\\*"?Secret\b|Resource=secrets|\bsecrets "/.test(text)
    ? "(?:data|stringData)"
    : "stringData";
  const lines = linesOf(text);
  const inYaml = lines.flatMap((line, index) =>
    new RegExp(`^["']?${fields}["']?: *$`).test(line.text.slice(line.indent))
      ? continuation(lines, index)
      : [],
  );
  const inJson = [...text.matchAll(new RegExp(`"${fields}\\\\*" *: *\\{([^}]*)`, "g"))].map(
    ({ index, 0: whole, 1: map = "" }) => ({
      start: index + whole.length - map.length,
      end: index + whole.length,
    }),
  );
  return [...inYaml.map(lineSpan), ...inJson];
}

interface Line {
  start: number;
  /** Depth of the first character after the diff's sign and a list's dash. */
  indent: number;
  isListItem: boolean;
  text: string;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const [before = "", dash] = /^[+-]? *(- +)?/.exec(line) ?? [];
    lines.push({ start, indent: before.length, isListItem: dash !== undefined, text: line });
    start += line.length + 1;
  }
  return lines;
}

/** `name: value` to the end of the line, with the lines that belong to it, and `name: NAME` followed by `value: ...`. */
function yamlSpans(lines: Line[], isWanted: NameTest): Span[] {
  const spans: Span[] = [];
  let variable: string | undefined;
  for (const [index, line] of lines.entries()) {
    const found = /^["']?([\w./-]+)["']?:(?:[ \t]+(\S.*))?$/.exec(line.text.slice(line.indent));
    if (!found) continue;
    const [whole, key = "", value] = found;
    if (key === "name") variable = value?.replace(/^["']|["']$/g, "");
    else if (key !== "value" || line.isListItem) variable = undefined;
    const name = key === "value" && variable !== undefined ? variable : key;
    if (value === undefined || !isWanted(name)) continue;
    const start = line.start + line.indent + whole.length - value.length;
    const rest = continuation(lines, index);
    // Of a block scalar the header stays, of a text that is broken over lines all of it goes.
    const first = /^[|>][\d+-]*$/.test(value) ? [] : [{ start, end: start + value.length }];
    spans.push(...first, ...rest.map(lineSpan));
  }
  return spans;
}

/** The lines below that are deeper than the setting's own. */
function continuation(lines: Line[], index: number): Line[] {
  const rest = lines.slice(index + 1);
  const own = lines[index]?.indent ?? 0;
  const end = rest.findIndex((line) => !isEmpty(line) && depth(line) <= own);
  return rest.slice(0, end === -1 ? undefined : end).filter((line) => !isEmpty(line));
}

function isEmpty({ text }: Line): boolean {
  return /^[+-]?\s*$/.test(text);
}

/** Where a line's text begins: a list's dash is part of the text. */
function depth({ text }: Line): number {
  return /^[+-]? */.exec(text)?.[0].length ?? 0;
}

function lineSpan({ start, indent, text }: Line): Span {
  return { start: start + indent, end: start + text.length };
}

/**
 * `"name": "value"`, and `{"name": "NAME", "value": "..."}`. Where JSON is
 * itself a text in JSON, its quotation marks have backslashes before them.
 */
function jsonSpans(text: string, isWanted: NameTest): Span[] {
  const pair = /(?<!\\)(\\*)"([\w./-]+)\1"\s*:\s*(?:\1"([^]*?)(?<!\\)\1"|(\d+))/g;
  const variable =
    /(?<!\\)(\\*)"name\1"\s*:\s*\1"([\w./-]+)\1"\s*,\s*\1"value\1"\s*:\s*\1"([^]*?)(?<!\\)\1"/g;
  return [...text.matchAll(pair), ...text.matchAll(variable)].flatMap((match) => {
    const [whole, quote = "", name = "", inQuotes, number] = match;
    const value = inQuotes ?? number ?? "";
    if (!isWanted(name)) return [];
    const end = match.index + whole.length - (inQuotes === undefined ? 0 : quote.length + 1);
    return [{ start: end - value.length, end }];
  });
}

/** `name=value`, as in a command line or a properties file. */
function assignmentSpans(text: string, isWanted: NameTest): Span[] {
  // Tried once for each name: for each of its letters would take an hour for a megabyte of them.
  return [...text.matchAll(/(?<![\w.-])([\w.-]+)=("[^"\n]*"|'[^'\n]*'|[^\s,&"'\\]+)/g)].flatMap(
    ({ index, 0: whole, 1: name = "" }) =>
      isWanted(name) ? [{ start: index + name.length + 1, end: index + whole.length }] : [],
  );
}
