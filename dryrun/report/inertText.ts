/** Text of others, made so that it can do nothing where it is shown: it stays in its place, and is only text. */

/**
 * Characters that act on a terminal, on the direction of the text, or are not seen. Tab and line feed are left.
 * Trojan Source (CVE-2021-42574) is the reason for those of direction.
 */
const acting =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** A text whose acting characters are written out, such as `\u001b`. */
export function visible(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(acting, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}

/** A text in one line of at most so many UTF-16 units. */
export function oneLine(text: string, longest = 200): string {
  const line = visible(text).replace(/\s+/g, " ").trim() || "(empty)";
  if (line.length <= longest) return line;
  return `${line.slice(0, longest).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A text as Markdown code within a line. Nothing in it is read as mention, link, HTML or Markdown. */
export function inlineCode(text: string, longest?: number): string {
  const line = oneLine(text, longest);
  const fence = "`".repeat(longestRunOfBackticks(line) + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** A text as HTML code within a line, for where Markdown is not read. */
export function htmlCode(text: string, longest?: number): string {
  const escaped = oneLine(text, longest)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
  return `<code>${escaped}</code>`;
}

/** A text as a Markdown code block. Its fence is longer than any run of backticks within. */
export function codeBlock(text: string, language: "diff" | "text"): string {
  const content = visible(text).replace(/\n+$/, "");
  const fence = "`".repeat(Math.max(2, longestRunOfBackticks(content)) + 1);
  return `${fence}${language}\n${content}\n${fence}`;
}

function longestRunOfBackticks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
