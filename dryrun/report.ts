import { type KubernetesObject, titleOf } from "./kubernetesObjects";
import type { Outcome, State } from "./outcome";
import type { Verdict } from "./verdict";
import { annotation, group } from "./workflowCommands";

/** All that a dry run found. */
export interface Report {
  clusterName: string;
  overlay: string;
  outcomes: Outcome[];
  /** Objects that the change takes out of the overlay; undefined if nobody knows. */
  removed: KubernetesObject[] | undefined;
  verdict: Verdict;
}

/** The states in the order in which people want to know. */
const order: State[] = ["refused", "failed", "changed", "not checked", "unchanged"];

/** Largest job summary, in bytes. GitHub drops one above 1 MiB whole. */
const largestSummaryBytes = 900_000;

/** The report for the log of the job. */
export function logText(report: Report): string {
  const { clusterName, overlay, outcomes, verdict } = report;
  return [
    `Dry run of ${overlay} on ${clusterName}`,
    ...sorted(outcomes)
      .filter(({ state }) => state !== "unchanged")
      .map(({ object, state, text }) => group(`${state}: ${titleOf(object)}`, text)),
    ...remarks(report).map((remark) => annotation("warning", `${clusterName}: ${remark}`)),
    verdict.exitCode === 0
      ? `${clusterName}: ${verdict.sentence}`
      : annotation("error", `${clusterName}: ${verdict.sentence}`),
  ].join("\n");
}

/** The report as Markdown for the page of the run. Objects that do not fit are counted, not cut. */
export function summaryText(report: Report): string {
  const { clusterName, overlay, outcomes, verdict } = report;
  const head = [
    `## ${clusterName}: ${overlay}`,
    verdict.sentence,
    ...remarks(report).map((remark) => `- ${remark}`),
  ].join("\n\n");
  const parts = [head];
  let bytes = Buffer.byteLength(head);
  const shown = sorted(outcomes).filter(({ state }) => state !== "unchanged");
  for (const [index, outcome] of shown.entries()) {
    const part = details(outcome);
    bytes += Buffer.byteLength(part) + 2;
    if (bytes > largestSummaryBytes) {
      parts.push(`${String(shown.length - index)} more objects are in the log of the job.`);
      break;
    }
    parts.push(part);
  }
  return `${parts.join("\n\n")}\n`;
}

function remarks({ outcomes, removed }: Report): string[] {
  const notChecked = outcomes.filter(({ state }) => state === "not checked");
  return [
    ...notChecked.map(({ object, text }) => `NOT CHECKED: ${titleOf(object)}. ${text}`),
    ...(removed ?? []).map(
      (object) => `Removed from git: ${titleOf(object)}. kubectl apply does not delete it from the cluster.`,
    ),
    ...(removed ? [] : ["The base does not render, so nobody knows what the change removes."]),
  ];
}

function details({ object, state, text }: Outcome): string {
  const longestRun = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longestRun + 1);
  const language = state === "changed" ? "diff" : "text";
  return [
    `<details><summary>${state}: ${titleOf(object)}</summary>`,
    `${fence}${language}\n${text}\n${fence}`,
    "</details>",
  ].join("\n\n");
}

function sorted(outcomes: Outcome[]): Outcome[] {
  return [...outcomes].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
}
