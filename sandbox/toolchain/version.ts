/** Whether a dotted version such as `v3.259.0` or `3.11.7` is at least another one; false for anything else. */
export function isAtLeast(version: string, least: string): boolean {
  const [has, needs] = [numbers(version), numbers(least)];
  if (!has || !needs) return false;
  for (const [i, need] of needs.entries()) {
    const found = has[i] ?? 0;
    if (found !== need) return found > need;
  }
  return true;
}

function numbers(version: string): number[] | undefined {
  const match = /^v?(\d+(?:\.\d+)*)/.exec(version.trim());
  return match?.[1]?.split(".").map(Number);
}
