import { FragmentIndex } from "./fragmentIndex";
import { FormIndex, shortestValue } from "./textIndex";
import type { Span } from "./spans";
import { lettersOf, squash } from "./squash";

/** Values with fewer letters and digits are found only as they are written, not spread over lines. */
const shortestSpread = 6;

/**
 * Makes a function that finds values in a text: as they are, escaped, encoded, spread over lines, in fragments.
 * A value that may be an ordinary word is found where it stands alone: Secrets hold `postgres` and `5432` too.
 * @param publicNames found nowhere, if they are values.
 */
export function createValueFinder(values: Set<string>, publicNames: Set<string>): (text: string) => Span[] {
  const forms = new FormIndex();
  const spread = new FormIndex();
  const longTexts = new Set<string>();
  for (const value of values) {
    if (value.trim().length < shortestValue || publicNames.has(value)) continue;
    for (const form of formsOf(value)) forms.add(form, !isOrdinary(form));
    if (isOrdinary(value)) continue;
    for (const letters of new Set([value, ...encodedForms(value)].map(lettersOf))) {
      longTexts.add(letters);
      if (letters.length >= shortestSpread && !isOrdinary(letters)) spread.add(letters, true);
    }
  }
  const fragments = new FragmentIndex(longTexts);
  return (text) => {
    const { letters, starts, ends } = squash(text);
    const inLetters = [...spread.find(letters), ...fragments.find(letters)];
    const inText = inLetters.map(({ start, end }) => ({
      start: starts[start] ?? 0,
      end: ends[end - 1] ?? 0,
    }));
    return [...forms.find(text), ...inText];
  };
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

/** Base64, once and twice, also as the middle of a longer text that was encoded, and hexadecimal. */
function encodedForms(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const base64 = base64Forms(bytes);
  const twice = base64Forms(Buffer.from(bytes.toString("base64")));
  const urlSafe = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [...base64, ...twice, ...urlSafe, bytes.toString("hex")];
}

function base64Forms(bytes: Buffer): string[] {
  const inner = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // The first characters are shared with what stands before, the last one with what comes after.
    const first = [0, 2, 3][offset];
    const last = (offset + bytes.length) % 3 === 0 ? undefined : -1;
    return shifted.slice(first, last);
  });
  return [bytes.toString("base64"), ...inner.filter((text) => text.length >= 8)];
}
