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
