/**
 * Whether a regular expression matches whole texts only: each of its alternatives begins with ^ and ends with $.
 * `^a|b$` does not: it is `^a` or `b$`.
 */
export function isAnchored(pattern: string): boolean {
  return alternatives(pattern).every((one) => one.startsWith("^") && /(?<!\\)(?:\\\\)*\$$/.test(one));
}

/** The parts between those | that stand outside of groups and character classes. */
function alternatives(pattern: string): string[] {
  const parts = [""];
  let depth = 0;
  let inClass = false;
  for (const [token] of pattern.matchAll(/\\?[^]/gu)) {
    if (token === "|" && depth === 0 && !inClass) {
      parts.push("");
      continue;
    }
    if (token === "[") inClass = true;
    if (token === "]") inClass = false;
    if (token === "(" && !inClass) depth++;
    if (token === ")" && !inClass) depth--;
    parts.push(`${parts.pop() ?? ""}${token}`);
  }
  return parts;
}
