import type { Report } from "../dryrun/report/types";

/**
 * Compares what kubectl and the dry run say of each object.
 * @param difference what `kubectl diff` printed.
 * @param applied what `kubectl apply --dry-run=server` printed.
 * @returns how many objects change.
 * @throws Error if they disagree.
 */
export function sameVerdicts(difference: string, applied: string, { objects }: Report): number {
  const files = [...difference.matchAll(/^diff .*\/(\S+)$/gm)].map(([, file = ""]) => file.split("."));
  const expected = files.map((parts) => `${parts.at(-3) ?? ""} ${parts.at(-1) ?? ""}`).sort();
  const found = objects
    .filter(({ verdict }) => verdict === "change")
    .map(({ kind, name }) => `${kind} ${name}`)
    .sort();
  const configured = applied.match(/ configured \(server dry run\)$/gm)?.length ?? 0;
  const saysUnchanged = applied.match(/ unchanged \(server dry run\)$/gm)?.length ?? 0;
  const unchanged = objects.filter(({ verdict }) => verdict === "unchanged").length;
  const isSame =
    expected.join() === found.join() &&
    configured === found.length &&
    saysUnchanged === unchanged &&
    found.length + unchanged === objects.length;
  if (isSame) return found.length;
  throw new Error(
    `The verdicts differ. kubectl diff: ${expected.join(", ")}; kubectl apply: ${String(configured)} configured, ` +
      `${String(saysUnchanged)} unchanged; dry run: ${found.join(", ")}; ${String(unchanged)} unchanged.`,
  );
}
