import fc from "fast-check";
import type { Redactor } from "../../../dryrun/redaction/redact";

/**
 * Values that stand for nothing but themselves: long enough that no ordinary word is one, with all the characters that
 * quoting, escaping and diffs treat in their own ways.
 */
export const canary = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z]{4}\d{2}[A-Za-z]{4}$/),
    fc.array(
      fc.constantFrom(
        ..."\"'\\/<>&+-=%$#@!?|:;,. \t\n*~`éß漢".split(""),
        "\\n",
        "\\u0041",
        "\r\n",
        "'; DROP",
        "-----",
        "abc",
        "7",
      ),
      { maxLength: 12 },
    ),
    fc.stringMatching(/^[A-Za-z]{4}\d{2}[A-Za-z]{4}$/),
  )
  .map((parts) => parts.flat().join(""));

export const base64 = (text: string) => Buffer.from(text, "utf8").toString("base64");

/** A text as it is found in places where texts are shown, each by its name. */
export const writings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  JSON: (text) => JSON.stringify(text),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify({ data: { key: text } })),
  "JSON in JSON in JSON": (text) => JSON.stringify(JSON.stringify(JSON.stringify(text))),
  "Go's JSON": (text) =>
    JSON.stringify(text).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
  base64,
  "base64 within a longer text": (text) => base64(`user:${text}`),
  "base64 of the base64": (text) => base64(base64(text)),
  "base64 for URLs": (text) => Buffer.from(text).toString("base64url"),
  "base64 over lines": (text) => base64(text).replace(/(.{5})/g, "$1\n"),
  "percent encoding": encodeURIComponent,
  hexadecimal: (text) => Buffer.from(text).toString("hex"),
  "a YAML block in a diff": (text) => `+  key: |\n${text.replace(/^/gm, "+    ")}`,
  "a quoted YAML text over lines": (text) =>
    `key: ${JSON.stringify(text).replace(/([A-Za-z]{3})(?=[A-Za-z])/g, "$1\\\n    ")}`,
  "single quotes": (text) => `'${text.replaceAll("'", "''")}'`,
  "an annotation of kubectl": (text) =>
    `kubectl.kubernetes.io/last-applied-configuration: ${JSON.stringify(JSON.stringify({ kind: "Secret", data: { k: base64(text) } }))}`,
};

/** The parts of a text that must not be left of it: its words of letters and digits. */
export function wordsOf(text: string): string[] {
  return text.match(/[A-Za-z]{4}\d{2}[A-Za-z]{4}/g) ?? [];
}

/** Says what is left of a value after redaction in any way of writing. */
export function leaksOf(value: string, redactor: Redactor): string[] {
  return Object.entries(writings).flatMap(([name, write]) => {
    const redacted = redactor.text(`before ${write(value)} after`);
    const undone = [redacted, ...decodedParts(redacted)].map((text) => text.replace(/[\s\\]/g, ""));
    return wordsOf(value).some((word) => undone.some((text) => text.includes(word)))
      ? [`${name}: ${redacted}`]
      : [];
  });
}

/** What somebody finds who decodes all that looks like base64, percent encoding or hexadecimal. */
export function decodedParts(text: string): string[] {
  const runs = [text, text.replace(/\s/g, "")].flatMap((part) => part.match(/[\w+/-]{8,}/g) ?? []);
  const once = runs.flatMap((run) =>
    [0, 1, 2, 3].map((offset) => Buffer.from(run.slice(offset), "base64").toString()),
  );
  const twice = once.map((decoded) => Buffer.from(decoded, "base64").toString());
  const hex = runs.map((run) => Buffer.from(run, "hex").toString());
  return [...once, ...twice, ...hex];
}
