import { titleOf } from "../render/objects";
import { oneLine, visible } from "../report/inertText";
import { applyStates, deletionText, outcomeCounts, outcomes } from "../report/outcomes";
import type { ObjectResult, Report } from "../report/types";

/** What became of an apply, for the end of a build's log. Each line begins with words of ours: none is an order to a reader. */
export function applyLogText(report: Report): string {
  const { environment, objects, applied, problem, baseProblem, server, uncoveredFiles } = report;
  const state = applied?.state ?? "nothing applied";
  const failed = objects.filter(({ outcome = "not applied" }) => !outcomes[outcome].isDone);
  const counts = outcomeCounts(objects).map(([outcome, count]) => `${String(count)} ${outcome}`);
  const left = objects.filter(({ outcome }) => outcome === "left in the cluster");
  return [
    ...(server?.labelIsStale
      ? [
          `Warning: the cluster runs Kubernetes ${server.version}, and its version label says ${server.label}.`,
        ]
      : []),
    ...uncoveredFiles.map((file) => `Warning: no path filter covers ${oneLine(file)}.`),
    ...(baseProblem === undefined
      ? []
      : [`Warning: what earlier releases had is not known: ${oneLine(baseProblem, 500)}`]),
    ...failed.map(failureLine),
    ...objects.flatMap(notReadyLines),
    ...left.map(
      (object) => `left in the cluster: ${deletionText(object)} (no longer in git; delete it by this name)`,
    ),
    ...[problem, applied?.stoppedBecause].flatMap((text) =>
      text === undefined ? [] : indented("Stopped", text),
    ),
    `${oneLine(environment)}: ${state} (${counts.join(", ") || "no object"}). ${applyStates[state].meaning}`,
  ].join("\n");
}

function failureLine({ outcome = "not applied", verdict, reason, message, ...object }: ObjectResult): string {
  const found =
    verdict === "would-fail" || verdict === "needs-replace" || reason ? ` (${reason ?? verdict})` : "";
  return `${outcome}: ${titleOf(object)}${found}${message === undefined ? "" : `: ${oneLine(message, 1_000)}`}`;
}

function notReadyLines({ notReady, ...object }: ObjectResult): string[] {
  if (!notReady) return [];
  return [
    `not ready: ${titleOf(object)}: ${oneLine(notReady.message, 1_000)}`,
    ...notReady.details.flatMap((detail) => indented(" ", detail)),
  ];
}

function indented(start: string, text: string): string[] {
  return visible(text)
    .split("\n")
    .map((line) => `${start}: ${line}`);
}
