/** A block of code of a page, as a person copies it. */
export interface Block {
  /** Behind the fence: `sh`, `ts`, `yaml`. */
  language: string;
  text: string;
}

/** The blocks of code in a text, in their order. */
export function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", block = ""]) => ({
    language,
    text: block,
  }));
}

/**
 * A block with what a person puts in for `<...>`.
 * @throws Error for one that is given no value
 */
export function filledIn(text: string, values: Record<string, string>): string {
  return text.replace(/<([^<>\n]+)>/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Nothing is given for <${name}> in\n${text}`);
    return value;
  });
}
