import type { Span } from "./spans";

/** Values shorter than this tell nothing, and would be found everywhere. */
export const shortestValue = 3;

/** Finds many texts at once, by their first characters. */
export class FormIndex {
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
  return !/[\w/.@-]/.test(text.charAt(start - 1)) && !/^(?:[\w/-]|[.:@][\w/])/.test(text.slice(end, end + 2));
}

/** Length of the pieces that are looked up, and how far apart they are in a value. */
const pieceLength = 16;
const step = 8;

/**
 * Finds every part of the added texts that is long enough to have one of their pieces in it (23 characters always
 * are), whatever was cut off before and after it.
 */
export class FragmentIndex {
  private readonly pieces = new Map<string, { whole: string; at: number }>();

  add(whole: string): void {
    for (let at = 0; at + pieceLength <= whole.length; at += step) {
      this.pieces.set(whole.slice(at, at + pieceLength), { whole, at });
    }
  }

  find(text: string): Span[] {
    const spans: Span[] = [];
    if (this.pieces.size === 0) return spans;
    for (let start = 0; start + pieceLength <= text.length; start += 1) {
      const piece = this.pieces.get(text.slice(start, start + pieceLength));
      if (piece) spans.push(extended(text, start, piece.whole, piece.at));
    }
    return spans;
  }
}

/** All of a match, of which one piece is known. */
function extended(text: string, position: number, whole: string, at: number): Span {
  let before = 0;
  while (position > before && at > before && text[position - before - 1] === whole[at - before - 1])
    before += 1;
  let length = pieceLength;
  while (text[position + length] !== undefined && text[position + length] === whole[at + length]) length += 1;
  return { start: position - before, end: position + length };
}
