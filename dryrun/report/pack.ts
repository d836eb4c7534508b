import { gzipSync } from "node:zlib";
import { oneLine } from "./inertText";
import { bySeverity } from "./objectText";
import type { ObjectResult, Report } from "./types";
import { states, stateOf } from "./verdicts";

/** A report that fits into an output of a job. Its counts are those of the whole report. */
export interface PackedReport {
  version: 1;
  report: Report;
  /** Objects that stand in it without their difference and their whole message. */
  shortened: number;
  /** Objects that are not in it. Those that are unchanged and were so before are never in it, and do not count. */
  leftOut: number;
}

/**
 * Longest packed report, in characters. The next job gets it as an environment variable, and Linux takes none above
 * 128 KiB (MAX_ARG_STRLEN, https://man7.org/linux/man-pages/man2/execve.2.html).
 */
export const longestPackedReport = 90_000;

/** Longest JSON within, in bytes: a reader refuses what unpacks to more. */
export const longestUnpackedReport = 8_388_608;

/** What a report can have of texts beside its objects: it must fit whatever stands there. */
const longestText = 1_000;
const mostTexts = 30;
const longestTextOfList = 200;

/**
 * The report as a job output: base64 of gzip of JSON. What does not fit is left out by whole objects: first the
 * differences of those that matter least and are longest, then the objects that matter least.
 * @param longest longest result, in characters; 70,000 hold any report without objects.
 * @throws Error if not even that fits.
 */
export function pack(report: Report, longest = longestPackedReport): string {
  const objects = report.objects.filter(({ touched, verdict }) => touched || verdict !== "unchanged");
  objects.sort(byWeight);
  const detailed = objects.filter(isDetailed).sort(byWorthOfDetails);
  const bounded = withBoundedTexts(report);

  const packed = (details: number, kept: number): string | undefined => {
    const whole = new Set(detailed.slice(0, details));
    const some = objects.slice(0, kept);
    const content: PackedReport = {
      version: 1,
      report: {
        ...bounded,
        objects: some.map((object) =>
          isDetailed(object) && !whole.has(object) ? shortened(object) : object,
        ),
      },
      shortened: some.filter((object) => isDetailed(object) && !whole.has(object)).length,
      leftOut: objects.length - kept,
    };
    return encoded(content, longest);
  };
  const details = largest(detailed.length, (count) => packed(count, objects.length) !== undefined);
  const kept = largest(objects.length, (count) => packed(details, count) !== undefined);
  const text = packed(details, kept);
  if (text === undefined) throw new Error(`The report does not fit into ${String(longest)} characters.`);
  return text;
}

function encoded(content: PackedReport, longest: number): string | undefined {
  const json = JSON.stringify(content);
  if (Buffer.byteLength(json) > longestUnpackedReport) return undefined;
  const text = gzipSync(json, { level: 9 }).toString("base64");
  return text.length <= longest ? text : undefined;
}

/** The largest number up to `most` for which it holds, if it holds for all that are smaller; otherwise 0. */
function largest(most: number, holds: (count: number) => boolean): number {
  if (holds(most)) return most;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function isDetailed({ diff, message, notReady }: ObjectResult): boolean {
  return (
    diff !== undefined ||
    (notReady !== undefined && notReady.details.length > 0) ||
    (message !== undefined && message !== oneLine(message))
  );
}

function shortened({ diff, message, notReady, ...object }: ObjectResult): ObjectResult {
  void diff;
  return {
    ...object,
    ...(message !== undefined && { message: oneLine(message) }),
    ...(notReady && { notReady: { message: oneLine(notReady.message), details: [] } }),
  };
}

/** What the pull request touches first, then the worst. */
function byWeight(one: ObjectResult, other: ObjectResult): number {
  return Number(other.touched) - Number(one.touched) || bySeverity(one, other);
}

/** The same, and of those that weigh the same the shortest. */
function byWorthOfDetails(one: ObjectResult, other: ObjectResult): number {
  return (
    Number(other.touched) - Number(one.touched) ||
    states.indexOf(stateOf(one)) - states.indexOf(stateOf(other)) ||
    lengthOf(one) - lengthOf(other)
  );
}

function lengthOf({ diff = "", message = "", notReady }: ObjectResult): number {
  const details = notReady?.details.join("") ?? "";
  return diff.length + message.length + details.length;
}

function withBoundedTexts(report: Report): Report {
  const bounded = { ...report };
  for (const key of ["problem", "baseProblem", "guardMessage"] as const) {
    const text = report[key];
    if (text !== undefined) bounded[key] = cut(text, longestText);
  }
  const { applied } = report;
  if (applied?.stoppedBecause !== undefined)
    bounded.applied = { ...applied, stoppedBecause: cut(applied.stoppedBecause, longestText) };
  for (const key of ["environment", "overlay"] as const) bounded[key] = cut(report[key], longestText);
  for (const key of ["identityProblems", "uncoveredFiles"] as const) bounded[key] = someOf(report[key]);
  return bounded;
}

function someOf(texts: string[]): string[] {
  const some = texts.slice(0, mostTexts).map((text) => cut(text, longestTextOfList));
  const more = texts.length - some.length;
  return more > 0 ? [...some, `and ${String(more)} more`] : some;
}

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
