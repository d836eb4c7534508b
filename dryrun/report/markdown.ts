import { codeBlock, htmlCode, inlineCode, oneLine } from "./inertText";
import { page, type Section } from "./section";
import type { Counts, ObjectResult, Report, State, Verdict } from "./types";
import { reasons, states, stateOf, verdicts } from "./verdicts";

export const stateSigns: Record<State, string> = {
  "could not check": "🚫",
  "would fail": "❌",
  "not fully checked": "⚠️",
  changes: "✏️",
  "no change": "✅",
};

/** Longest text of one part of the head, in UTF-16 units. */
const longestAlert = 1_000;

/** Longest name of an object: names and namespaces have up to 253 characters. */
const longestTitle = 600;

/**
 * The report as Markdown: for a job's summary and a pull request's comment. Nothing from manifests, the server or
 * settings can act in it or leave its place.
 * @param maxBytes longest result in bytes of UTF-8, at least 16,384. GitHub drops a whole summary above 1 MiB and
 *   takes comments of up to 65,536 characters. Objects are left out whole, and counted.
 */
export function summaryOf(report: Report, maxBytes: number): string {
  const touched = report.objects.filter((object) => object.touched).sort(bySeverity);
  const alreadySo = report.objects
    .filter(({ touched, verdict }) => !touched && verdict !== "unchanged")
    .sort(bySeverity);
  const sections: Section[] = [
    list("What the identity may do but should not", report.identityProblems.map(plainLine)),
    list("Objects of this pull request", touched.map(objectLine)),
    blocks("Differences and messages", touched.flatMap(objectDetails)),
    list("Files that no path filter covers", report.uncoveredFiles.map(plainLine)),
    { ...list("Already so before this pull request", alreadySo.map(objectLine)), isFolded: true },
    blocks("Differences and messages of what was already so", alreadySo.flatMap(objectDetails)),
  ];
  return page(head(report), sections, maxBytes);
}

function head(report: Report): string {
  const { state, environment, overlay, clusterName, counts } = report;
  const where = `${inlineCode(overlay)}${clusterName ? ` on ${inlineCode(clusterName)}` : ""}`;
  const headline = `## ${stateSigns[state]} ${inlineCode(environment)}: ${state}`;
  return [
    headline,
    ...alerts(report),
    `Dry run of ${where}. ${facts(report)}`,
    `- This pull request: ${countsText(counts.touched)}\n- Already so before it: ${countsText(counts.alreadySo)}`,
  ].join("\n\n");
}

/** What must be read before anything else. */
function alerts({ problem, baseProblem, server, guard, guardMessage, allowUnguarded }: Report): string[] {
  const warnings: string[] = [];
  if (problem !== undefined) {
    warnings.push(`> [!CAUTION]\n> The check did not get to its end.\n\n${codeBlock(cut(problem), "text")}`);
  }
  if (baseProblem !== undefined) {
    warnings.push(
      "> [!WARNING]\n> The base could not be rendered: every object counts as touched, and nobody knows what is " +
        `removed.\n\n${codeBlock(cut(baseProblem), "text")}`,
    );
  }
  if (allowUnguarded) {
    warnings.push(
      "> [!CAUTION]\n> This run was allowed without a proven guard (`--allow-unguarded`): the identity of the runner may " +
        "be able to write to the cluster.",
    );
  }
  if (guard === "unguarded" || guard === "cannot-prove") {
    const said =
      guard === "unguarded"
        ? "The cluster has no guard in force."
        : "Whether a guard is in force cannot be told.";
    const message = guardMessage ? `\n\n${codeBlock(cut(guardMessage), "text")}` : "";
    warnings.push(`> [!CAUTION]\n> ${said} Mend it with \`npm run guard -- install\`.${message}`);
  }
  if (server?.labelIsStale) {
    const minor = /(\d+)\.(\d+)/.exec(server.version);
    const label = minor ? `${minor[1] ?? ""}_${minor[2] ?? ""}` : server.version;
    warnings.push(
      `> [!WARNING]\n> The EKS version label ${inlineCode(server.label)} is stale: the cluster runs ` +
        `${inlineCode(server.version)}. Set it to ${inlineCode(label)} in the registry. The check was made with the ` +
        "version that runs.",
    );
  }
  return warnings;
}

function facts({ server, kubectl, guard, durationSeconds }: Report): string {
  return [
    server && `Kubernetes ${inlineCode(server.version)}`,
    kubectl && `kubectl ${inlineCode(kubectl.version)}`,
    guard === "proven" && "guard proven",
    guard === "not-reached" && "guard not asked",
    `${durationSeconds.toFixed(1)} s`,
  ]
    .filter(Boolean)
    .join(", ");
}

function countsText(counts: Counts["touched"]): string {
  const parts = (Object.keys(verdicts) as Verdict[])
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `**${String(counts[verdict])}** ${verdict}`);
  return parts.join(", ") || "nothing";
}

/** One line that says all of an object but its difference. */
function objectLine(object: ObjectResult): string {
  const { verdict, reason, message, keysAdded = [], keysRemoved = [] } = object;
  const said = [
    reason && reasons[reason].meaning,
    verdict === "removed-from-git" && "kubectl apply does not delete it.",
    verdict === "needs-replace" && "It would have to be deleted and created again.",
    keysAdded.length > 0 && `Keys added: ${keys(keysAdded)}.`,
    keysRemoved.length > 0 && `Keys removed: ${keys(keysRemoved)}.`,
    message && inlineCode(message),
  ].filter(Boolean);
  return `- ${sign(object)} ${verdict} ${inlineCode(titleOf(object), longestTitle)}${said.length > 0 ? `: ${said.join(" ")}` : ""}`;
}

function keys(names: string[]): string {
  const shown = names.slice(0, 20).map((name) => inlineCode(name, 60));
  return `${shown.join(", ")}${names.length > 20 ? ` and ${String(names.length - 20)} more` : ""}`;
}

/** An object's difference and whole message, if it has any. */
function objectDetails(object: ObjectResult): string[] {
  const { verdict, message, diff } = object;
  const isShownWhole = message === undefined || oneLine(message) === message;
  const parts = [
    ...(isShownWhole ? [] : [codeBlock(message, "text")]),
    ...(diff ? [codeBlock(diff, "diff")] : []),
  ];
  if (parts.length === 0) return [];
  const summary = `<summary>${sign(object)} ${verdict} ${htmlCode(titleOf(object), longestTitle)}</summary>`;
  return [[`<details>${summary}`, ...parts, "</details>"].join("\n\n")];
}

/** How an object is called before people. */
export function titleOf({ kind, namespace, name }: ObjectResult): string {
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
}

function sign(object: ObjectResult): string {
  return stateSigns[stateOf(object)];
}

function plainLine(text: string): string {
  return `- ${inlineCode(text)}`;
}

function list(title: string, items: string[]): Section {
  return { title, items, separator: "\n", isFolded: false };
}

function blocks(title: string, items: string[]): Section {
  return { title, items, separator: "\n\n", isFolded: false };
}

/** The worst first, then by name: the same objects in the same order in every run. */
export function bySeverity(one: ObjectResult, other: ObjectResult): number {
  const rank = (object: ObjectResult) => states.indexOf(stateOf(object));
  return rank(one) - rank(other) || compare(identity(one), identity(other));
}

function identity(object: ObjectResult): string {
  return [object.verdict, titleOf(object), object.apiVersion].join("\n");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function cut(text: string): string {
  return text.length <= longestAlert ? text : `${text.slice(0, longestAlert)}\n… (cut)`;
}
