import { titleOf } from "./render/objects";
import { visible } from "./report/inertText";
import type { ObjectResult, Report } from "./report/types";
import { annotation, group } from "./workflowCommands";

/** The report for the log of a job or a terminal. */
export function logText(report: Report): string {
  const { environment, overlay, objects, state, counts } = report;
  const name = oneLine(environment);
  const shown = objects.filter(({ verdict, touched }) => touched || verdict !== "unchanged");
  const total = Object.entries(counts.touched)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${String(count)} ${verdict}`)
    .join(", ");
  const isFine = report.exitCode === 0;
  const sentence = `${name}: ${state}${total ? ` (${total})` : ""}.`;
  return [
    ...warnings(report).map((warning) => annotation("warning", `${name}: ${warning}`)),
    `Dry run of ${oneLine(overlay)}${report.server ? ` on Kubernetes ${oneLine(report.server.version)}` : ""}`,
    ...shown.map((object) =>
      group(headline(object), visible([object.message, object.diff].filter(Boolean).join("\n"))),
    ),
    ...(report.problem === undefined ? [] : [annotation("error", `${name}: ${report.problem}`)]),
    isFine ? sentence : annotation("error", sentence),
  ].join("\n");
}

function warnings(report: Report): string[] {
  const { server, allowUnguarded, guardMessage, identityProblems, uncoveredFiles, baseProblem } = report;
  return [
    ...(allowUnguarded
      ? [`Allowed without a proven guard. ${guardMessage ?? "The guard is proven all the same."}`]
      : []),
    ...(server?.labelIsStale
      ? [`The cluster runs Kubernetes ${server.version}, and its version label says ${server.label}.`]
      : []),
    ...(baseProblem === undefined
      ? []
      : [`The base could not be rendered, so every object counts as touched: ${baseProblem}`]),
    ...identityProblems.map((problem) => `The identity of the runner has too many rights. ${problem}`),
    ...uncoveredFiles.map((file) => `No path filter covers ${file}: a change of it alone starts no dry run.`),
  ];
}

function headline({ verdict, reason, touched, keysAdded, keysRemoved, ...object }: ObjectResult): string {
  const keys = [...(keysAdded ?? []).map((key) => `+${key}`), ...(keysRemoved ?? []).map((key) => `-${key}`)];
  return oneLine(
    `${verdict}${reason ? ` (${reason})` : ""}: ${titleOf(object)}` +
      `${keys.length > 0 ? ` keys ${keys.join(" ")}` : ""}${touched ? "" : " (already so before this change)"}`,
  );
}

function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
