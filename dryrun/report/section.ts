import { inlineCode } from "./inertText";

/** A part of a page that can be shown in part. */
export interface Section {
  /** Our own words. */
  title: string;
  /** Shown whole or not at all. */
  items: string[];
  separator: "\n" | "\n\n";
  /** Closed until the reader opens it. */
  isFolded: boolean;
}

/**
 * The head and of each section as many items as there is room for, telling how many of how many are shown.
 * @param maxBytes longest result, in bytes of UTF-8; only the head may be longer.
 */
export function page(head: string, sections: Section[], maxBytes: number): string {
  let text = `${head}\n`;
  for (const section of sections.filter(({ items }) => items.length > 0)) {
    text += fitted(section, maxBytes - Buffer.byteLength(text));
  }
  return text;
}

function fitted(section: Section, room: number): string {
  const total = section.items.length;
  // The number shown has as many digits as the total at most.
  let left = room - Buffer.byteLength(framed(section, [], total)) - String(total).length;
  if (left < 0) return "";
  const shown = section.items.filter((item) => {
    const bytes = Buffer.byteLength(item + section.separator);
    // One that is too long does not hide the shorter ones after it.
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
  return framed(section, shown, total);
}

/** A section with some of its items, told how many there are in all. */
export function framed({ title, separator, isFolded }: Section, shown: string[], total: number): string {
  const count = String(total);
  const isWhole = shown.length === total;
  const amount = isWhole ? count : `${String(shown.length)} of ${count} shown`;
  const body = shown.join(separator);
  if (isFolded) return `\n<details><summary>${title} (${amount})</summary>\n\n${body}\n\n</details>\n`;
  return `\n### ${title} (${amount})\n\n${body}\n`;
}

/** Items of a line each. */
export function list(title: string, items: string[]): Section {
  return { title, items, separator: "\n", isFolded: false };
}

/** Items of several lines. */
export function blocks(title: string, items: string[]): Section {
  return { title, items, separator: "\n\n", isFolded: false };
}

/** A text as an item of a list. */
export function plainLine(text: string): string {
  return `- ${inlineCode(text)}`;
}
