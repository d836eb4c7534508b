import { alerts } from "./alerts";
import { facts, whereOf } from "./facts";
import { codeBlock, htmlCode, inlineCode } from "./inertText";
import { keysTexts, longestTitle, objectDetails, titleOf } from "./objectText";
import { applyStates, deletionText, outcomeCounts, outcomeRank, outcomes } from "./outcomes";
import { blocks, list, page, plainLine, type Section } from "./section";
import type { Applied, ObjectResult, Report } from "./types";
import { reasons } from "./verdicts";

/** The report of an apply as Markdown: see `summaryOf`. */
export function appliedSummaryOf(report: Report, applied: Applied, maxBytes: number): string {
  const shown = report.objects.filter(({ outcome }) => outcome !== "unchanged").sort(byOutcome);
  const left = shown.filter(({ outcome }) => outcome === "left in the cluster");
  const sections: Section[] = [
    blocks("Workloads that are not ready", [...report.objects].sort(byOutcome).flatMap(notReadyBlock)),
    list("Objects", shown.filter((object) => !left.includes(object)).map(objectLine)),
    list("No longer in git, left in the cluster (to delete one, name it so)", left.map(leftLine)),
    blocks(
      "Differences and messages",
      shown.flatMap((object) => objectDetails(object, [], label(object))),
    ),
    list("Files that no path filter covers", report.uncoveredFiles.map(plainLine)),
  ];
  return page(head(report, applied), sections, maxBytes);
}

function head(report: Report, { state }: Applied): string {
  const { sign, meaning } = applyStates[state];
  const counts = outcomeCounts(report.objects).map(([outcome, count]) => `**${String(count)}** ${outcome}`);
  return [
    `## ${sign} ${inlineCode(report.environment)}: ${state}`,
    meaning,
    ...alerts(report),
    `Apply of ${whereOf(report)}. ${facts(report)}`,
    `- ${counts.join(", ") || "no object"}`,
  ].join("\n\n");
}

function objectLine(object: ObjectResult): string {
  const { outcome = "not applied", verdict, reason, message } = object;
  const isDone = outcomes[outcome].isDone;
  const said = [
    !isDone && reason && reasons[reason].meaning,
    !isDone && verdict === "needs-replace" && "It would have to be deleted and created again.",
    ...keysTexts(object),
    message && inlineCode(message),
  ].filter(Boolean);
  return `- ${label(object)} ${inlineCode(titleOf(object), longestTitle)}${said.length > 0 ? `: ${said.join(" ")}` : ""}`;
}

function leftLine(object: ObjectResult): string {
  const said = object.message === undefined ? "" : `: ${inlineCode(object.message)}`;
  return `- ${inlineCode(deletionText(object), longestTitle)}${said}`;
}

function notReadyBlock(object: ObjectResult): string[] {
  const { notReady } = object;
  if (!notReady) return [];
  const text = [notReady.message, ...notReady.details].join("\n");
  const summary = `<summary>⏳ ${htmlCode(titleOf(object), longestTitle)}</summary>`;
  return [[`<details open>${summary}`, codeBlock(text, "text"), "</details>"].join("\n\n")];
}

function label({ outcome = "not applied" }: ObjectResult): string {
  return `${outcomes[outcome].sign} ${outcome}`;
}

/** What needs a reader first, then by name. */
function byOutcome(one: ObjectResult, other: ObjectResult): number {
  const text = (object: ObjectResult) => `${titleOf(object)}\n${object.apiVersion}`;
  return outcomeRank(one) - outcomeRank(other) || (text(one) < text(other) ? -1 : 1);
}
