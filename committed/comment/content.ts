import { alerts } from "../../dryrun/report/alerts";
import { inlineCode, oneLine } from "../../dryrun/report/inertText";
import { countsText, objectDetails, objectLine, stateSigns } from "../../dryrun/report/objectText";
import type { Section } from "../../dryrun/report/section";
import type { Counts, State } from "../../dryrun/report/types";
import { states } from "../../dryrun/report/verdicts";
import { mergedObjects, mergedTexts } from "./merge";
import type { Standing } from "./standing";

/** What the comment is made from. */
export interface Results {
  standings: Standing[];
  /** The pull request changes the workflow or one of its actions. */
  isWorkflowChanged: boolean;
  /** The commit that was checked. */
  head: string;
  runUrl: string;
  attempt: number;
  /** Pages of the environments' jobs, by id of the job. */
  jobUrls: Record<string, string>;
}

/** The comment, not yet cut to pages: what must be read first, and what can be left out item by item. */
export interface Content {
  head: string;
  sections: Section[];
}

/** The worst state of all environments; undefined if none is touched. */
export function worstState(standings: Standing[]): State | undefined {
  return states.find((state) => standings.some((standing) => standing.state === state));
}

/** Whether there is nothing to show: the pull request touches no manifests, nor how they are checked. */
export function isUntouched({ standings, isWorkflowChanged }: Results): boolean {
  return worstState(standings) === undefined && !isWorkflowChanged;
}

/** What stands in the place of a comment once the pull request touches no manifests any more. */
export function collapsed(results: Results): string {
  return `➖ Dry run: this pull request does not touch any manifests (any more). ${source(results)}\n`;
}

/** The results of all environments as Markdown. What comes from reports is text in it and does nothing. */
export function contentOf(results: Results): Content {
  const { standings } = results;
  const objects = mergedObjects(standings);
  const touched = objects.filter(({ object }) => object.touched);
  const alreadySo = objects.filter(({ object }) => !object.touched && object.verdict !== "unchanged");
  const lines = (some: typeof objects) =>
    some.map(({ object, environments }) => objectLine(object, environments));
  const details = (some: typeof objects) =>
    some.flatMap(({ object, environments }) => objectDetails(object, environments));
  const texts = (listOf: Parameters<typeof mergedTexts>[1]) =>
    mergedTexts(standings, listOf).map(
      ({ text, environments }) => `- ${inlineCode(text)} (in ${names(environments)})`,
    );
  return {
    head: [
      headline(standings),
      source(results),
      ...ownWarning(results),
      table(results),
      ...cuts(results),
    ].join("\n\n"),
    sections: [
      blocks("Warnings", warnings(standings)),
      list("What the identity may do but should not", texts("identityProblems")),
      list("Objects of this pull request", lines(touched)),
      blocks("Differences and messages", details(touched)),
      list("Files that no path filter covers", texts("uncoveredFiles")),
      { ...list("Already so before this pull request", lines(alreadySo)), isFolded: true },
      blocks("Differences and messages of what was already so", details(alreadySo)),
    ],
  };
}

function headline(standings: Standing[]): string {
  const state = worstState(standings);
  return `## ${state ? `${stateSigns[state]} Dry run: ${state}` : "➖ Dry run: no manifests are touched"}`;
}

function source({ head, runUrl, attempt }: Results): string {
  const commit = head === "" ? "" : `Commit ${inlineCode(head.slice(0, 7))}, `;
  return `${commit}[run](${runUrl})${attempt > 1 ? `, attempt ${String(attempt)}` : ""}.`;
}

function ownWarning({ isWorkflowChanged }: Results): string[] {
  const warning =
    "> [!CAUTION]\n> **This pull request changes the dry run itself**: its workflow or one of its actions. What stands " +
    "here was made by what it changes. Read those files before you believe it.";
  return isWorkflowChanged ? [warning] : [];
}

/** What a reader of an environment's objects must know before. */
function warnings(standings: Standing[]): string[] {
  return standings.flatMap(({ environment, report }) =>
    report ? alerts(report.report).map((alert) => `${inlineCode(environment.name)}:\n\n${alert}`) : [],
  );
}

function table({ standings, jobUrls }: Results): string {
  const columns = ["Environment", "Result", "This pull request", "Already so", "Server", "Time", "Job"];
  const rows = standings.map((standing) => row(standing, jobUrls).map(cell));
  return [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function row({ environment, state, note, report }: Standing, jobUrls: Record<string, string>): string[] {
  const result = [state ? `${stateSigns[state]} ${state}` : "➖", note && oneLine(note, 600)].filter(Boolean);
  const url = environment.check && jobUrls[environment.check.job];
  const { counts, problem, server, durationSeconds } = report?.report ?? {};
  // "Nothing" would sound as if somebody had looked.
  const counted = (some: Counts["touched"]) =>
    problem !== undefined && Object.values(some).every((count) => count === 0) ? "" : countsText(some);
  return [
    inlineCode(environment.name),
    result.join(": ").replace(/^➖: /, "➖ "),
    counts ? counted(counts.touched) : "",
    counts ? counted(counts.alreadySo) : "",
    server ? inlineCode(server.version) : "",
    durationSeconds === undefined ? "" : `${durationSeconds.toFixed(1)} s`,
    url && state ? `[job](${url})` : "",
  ];
}

/** In a table also what stands in code must not look like the end of a cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** What the reports themselves left out, to fit into an output of a job. */
function cuts({ standings }: Results): string[] {
  return standings.flatMap(({ environment, report }) => {
    if (!report || report.shortened + report.leftOut === 0) return [];
    const { shortened, leftOut } = report;
    const what = [
      ...(leftOut > 0 ? [`${String(leftOut)} objects are left out here`] : []),
      ...(shortened > 0 ? [`${String(shortened)} stand without their difference`] : []),
    ];
    return [`${inlineCode(environment.name)}: ${what.join(", ")}. The summary of its job has more.`];
  });
}

function names(environments: string[]): string {
  return environments.map((name) => inlineCode(name)).join(", ");
}

function list(title: string, items: string[]): Section {
  return { title, items, separator: "\n", isFolded: false };
}

function blocks(title: string, items: string[]): Section {
  return { title, items, separator: "\n\n", isFolded: false };
}
