import { alerts } from "./alerts";
import { appliedSummaryOf } from "./appliedMarkdown";
import { facts, whereOf } from "./facts";
import { inlineCode } from "./inertText";
import { bySeverity, countsText, objectDetails, objectLine, stateSigns } from "./objectText";
import { blocks, list, page, plainLine, type Section } from "./section";
import type { Report } from "./types";

/** Largest job summary, in bytes. GitHub drops one above 1 MiB whole. */
export const largestSummary = 900_000;

/**
 * The report as Markdown: for a job's summary and a pull request's comment. Nothing from manifests, the server or
 * settings can act in it or leave its place.
 * @param maxBytes longest result in bytes of UTF-8, at least 16,384. GitHub drops a whole summary above 1 MiB and
 *   takes comments of up to 65,536 characters. Objects are left out whole, and counted.
 */
export function summaryOf(report: Report, maxBytes: number): string {
  return report.applied
    ? appliedSummaryOf(report, report.applied, maxBytes)
    : dryRunSummaryOf(report, maxBytes);
}

function dryRunSummaryOf(report: Report, maxBytes: number): string {
  const touched = report.objects.filter((object) => object.touched).sort(bySeverity);
  const alreadySo = report.objects
    .filter(({ touched, verdict }) => !touched && verdict !== "unchanged")
    .sort(bySeverity);
  const sections: Section[] = [
    list("What the identity may do but should not", report.identityProblems.map(plainLine)),
    list(
      "Objects of this pull request",
      touched.map((object) => objectLine(object)),
    ),
    blocks(
      "Differences and messages",
      touched.flatMap((object) => objectDetails(object)),
    ),
    list("Files that no path filter covers", report.uncoveredFiles.map(plainLine)),
    {
      ...list(
        "Already so before this pull request",
        alreadySo.map((object) => objectLine(object)),
      ),
      isFolded: true,
    },
    blocks(
      "Differences and messages of what was already so",
      alreadySo.flatMap((object) => objectDetails(object)),
    ),
  ];
  return page(head(report), sections, maxBytes);
}

function head(report: Report): string {
  const { state, environment, counts } = report;
  const headline = `## ${stateSigns[state]} ${inlineCode(environment)}: ${state}`;
  return [
    headline,
    ...alerts(report),
    `Dry run of ${whereOf(report)}. ${facts(report)}`,
    `- This pull request: ${countsText(counts.touched)}\n- Already so before it: ${countsText(counts.alreadySo)}`,
  ].join("\n\n");
}
