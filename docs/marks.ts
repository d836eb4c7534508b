/**
 * A text with `content` between the marks of a name.
 * @throws Error if a mark is missing
 */
export function between(text: string, name: string, content: string): string {
  const first = `<!-- ${name}: written by \`npm run docs\` -->`;
  const last = `<!-- end of ${name} -->`;
  const [before, rest] = cut(text, first);
  const [, after] = cut(rest, last);
  return `${before}${first}\n\n${content}\n\n${last}${after}`;
}

function cut(text: string, mark: string): [string, string] {
  const [before = "", after] = text.split(mark);
  if (after === undefined) throw new Error(`The mark ${mark} is missing.`);
  return [before, after];
}
