import type { Span } from "./spans";
import { squash } from "./squash";

/** So many letters and digits in a row of a value's are never shown, however the rest of it was cut off. */
const fragmentLength = 20;

/** Values with fewer letters and digits are found only as they are written, not spread over lines. */
const shortestSpread = 6;

/** Values shorter than this tell nothing, and would be found everywhere. */
const shortestValue = 3;

/**
 * Makes a function that finds values in a text: as they are, escaped, encoded, spread over lines, in fragments.
 * A value that may be an ordinary word is found where it stands alone: Secrets hold `postgres` and `5432` too.
 * @param publicNames found nowhere, if they are values.
 */
export function createValueFinder(values: Set<string>, publicNames: Set<string>): (text: string) => Span[] {
  const forms = new FormIndex();
  const fragments = new Set<string>();
  const spread = new FormIndex();
  for (const value of values) {
    if (value.trim().length < shortestValue || publicNames.has(value)) continue;
    for (const form of formsOf(value)) forms.add(form, !isOrdinary(form));
    if (isOrdinary(value)) continue;
    for (const { letters } of [value, ...encodedForms(value)].map(squash)) {
      for (let at = 0; at + fragmentLength <= letters.length; at += 1) {
        fragments.add(letters.slice(at, at + fragmentLength));
      }
      if (letters.length >= shortestSpread && !isOrdinary(letters)) spread.add(letters, true);
    }
  }
  return (text) => [...forms.find(text), ...findSpread(text, spread, fragments)];
}

function findSpread(text: string, spread: FormIndex, fragments: Set<string>): Span[] {
  const { letters, starts, ends } = squash(text);
  const spans = spread.find(letters);
  if (fragments.size > 0) {
    for (let start = 0; start + fragmentLength <= letters.length; start += 1) {
      const end = start + fragmentLength;
      if (fragments.has(letters.slice(start, end))) spans.push({ start, end });
    }
  }
  return spans.map(({ start, end }) => ({ start: starts[start] ?? 0, end: ends[end - 1] ?? text.length }));
}

/** Short, or only letters, or only digits: such a value can stand in a text without being the Secret's. */
function isOrdinary(value: string): boolean {
  return value.length < 8 || /^(?:[A-Za-z]{1,16}|\d{1,8})$/.test(value);
}

/** All the ways in which a value is written in one piece. */
function formsOf(value: string): Set<string> {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const longLines = lines.filter((line) => line !== value && !isOrdinary(line));
  const texts = [value, value.trim(), ...longLines].flatMap((text) => [
    text,
    ...escapedForms(text),
    encodeURIComponent(wellFormed(text)),
    text.replaceAll("'", "''"),
  ]);
  return new Set([...texts, ...encodedForms(value)].filter((form) => form.length >= shortestValue));
}

/** Without halves of characters, of which there is no UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

/** As text in JSON, and as text in JSON in JSON; Go writes `<`, `>` and `&` in it as numbers. */
function escapedForms(text: string): string[] {
  const once = inJson(text);
  return [once, likeGo(once)].flatMap((form) => [form, inJson(form)]);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function likeGo(json: string): string {
  return json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

/** Base64, also as the middle of a longer text that was encoded, and hexadecimal. */
function encodedForms(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const inner = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // The first characters are shared with what stands before, the last one with what comes after.
    const first = [0, 2, 3][offset];
    const last = (offset + bytes.length) % 3 === 0 ? undefined : -1;
    return shifted.slice(first, last);
  });
  const base64 = [bytes.toString("base64"), ...inner.filter((text) => text.length >= 8)];
  const urlSafe = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [...base64, ...urlSafe, bytes.toString("hex")];
}

/** Finds many texts at once, by their first characters. */
class FormIndex {
  private readonly byStart = new Map<string, Map<string, boolean>>();

  /** @param anywhere whether it is found inside of words too. */
  add(form: string, anywhere: boolean): void {
    const start = form.slice(0, shortestValue);
    const forms = this.byStart.get(start) ?? new Map<string, boolean>();
    this.byStart.set(start, forms.set(form, anywhere));
  }

  find(text: string): Span[] {
    const spans: Span[] = [];
    if (this.byStart.size === 0) return spans;
    for (let start = 0; start + shortestValue <= text.length; start += 1) {
      for (const [form, anywhere] of this.byStart.get(text.slice(start, start + shortestValue)) ?? []) {
        const span = { start, end: start + form.length };
        if (text.startsWith(form, start) && (anywhere || standsAlone(text, span))) spans.push(span);
      }
    }
    return spans;
  }
}

/** Whether what is around is no part of the same word, path, image or host name. */
function standsAlone(text: string, { start, end }: Span): boolean {
  return (
    !/[\w/.@-]$/.test(text.slice(0, start).slice(-1)) &&
    !/^(?:[\w/-]|[.:@][\w/])/.test(text.slice(end, end + 2))
  );
}
