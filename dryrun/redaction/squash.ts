/** The letters and digits of a text, and where in it each of them stands. */
export interface Squashed {
  letters: string;
  starts: number[];
  ends: number[];
}

const escape = /^\\+(?:u([\dA-Fa-f]{4})|x([\dA-Fa-f]{2})|[abefnrtv0])?/;

function isLetterOrDigit(character: string): boolean {
  return character < "\u0080" ? /[A-Za-z\d]/.test(character) : /[\p{L}\p{N}]/u.test(character);
}

/** As squash, for a text of which only that is needed. */
export function lettersOf(text: string): string {
  // What is encoded is of this kind, and most of what is looked for is encoded.
  const isPlain = !/[\\\u0080-\uffff]/.test(text);
  return isPlain ? text.replace(/[^A-Za-z\d]+/g, "") : squash(text).letters;
}

/**
 * What is left of a text when all is taken out that quoting, escaping (however often), indenting, breaking over lines
 * and the signs of a diff put in.
 */
export function squash(text: string): Squashed {
  const letters: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (let position = 0; position < text.length;) {
    const character = text[position] ?? "";
    const [whole = character, unicode, byte] =
      character === "\\" ? (escape.exec(text.slice(position, position + 64)) ?? []) : [];
    const code = unicode ?? byte;
    const plain = code ? String.fromCharCode(Number.parseInt(code, 16)) : whole;
    if (plain.length === 1 && isLetterOrDigit(plain)) {
      letters.push(plain);
      starts.push(position);
      ends.push(position + whole.length);
    }
    position += whole.length;
  }
  return { letters: letters.join(""), starts, ends };
}
