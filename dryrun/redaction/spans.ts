/** A part of a text, from the first character to the one after the last. */
export interface Span {
  start: number;
  end: number;
}

/** What stands in the place of what must not be seen. */
export const mask = "***";

/** A text with all spans masked; those that meet become one. */
export function masked(text: string, spans: Span[]): string {
  const ordered = [...spans].sort((one, other) => one.start - other.start || one.end - other.end);
  let result = "";
  let position = 0;
  let isAfterMask = false;
  for (const { start, end } of ordered) {
    if (end <= position) continue;
    if (start > position || !isAfterMask) result += text.slice(position, Math.max(start, position)) + mask;
    position = end;
    isAfterMask = true;
  }
  return result + text.slice(position);
}
