import { randomBytes } from "node:crypto";
import { decodedParts } from "../../dryrun/redaction/canary";

/** Values that stand for secrets, by the place where they are planted. */
const planted = new Map<string, string>();

/** The value of a place, which nothing else has in it. */
export function canary(place: string): string {
  const value = planted.get(place) ?? `${randomBytes(8).toString("hex")}-${place.replaceAll(" ", "-")}`;
  planted.set(place, value);
  return value;
}

/** Fewest characters of a value that count: parsers quote the beginning of what they cannot read, cut to some seven. */
const shortestPart = 7;

/** Which values of which places can be found in texts, whole or their beginnings, as they are or in base64. */
export function leaksIn(texts: Record<string, string>): string[] {
  return Object.entries(texts).flatMap(([sink, text]) => {
    const readable = [text, ...decodedParts(text)].join("\n");
    return [...planted]
      .filter(([, value]) => readable.includes(value.slice(0, shortestPart)))
      .map(([place]) => `${place}, in ${sink}`);
  });
}
