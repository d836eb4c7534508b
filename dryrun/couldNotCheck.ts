/** Something stands in the way of checking at all: no statement about the change can be made. */
export class CouldNotCheck extends Error {}

/**
 * An error that nobody expected, with where it came from. The message of a SyntaxError is left out: JSON.parse quotes a
 * piece of the text in it, too short to be recognised as a part of a Secret's value.
 */
export function crashText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack = "" } = error;
  const frames = stack.split("\n").filter((line) => /^ +at /.test(line));
  return [error instanceof SyntaxError ? name : `${name}: ${message}`, ...frames].join("\n");
}
