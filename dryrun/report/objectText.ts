import { codeBlock, htmlCode, inlineCode, oneLine } from "./inertText";
import type { Counts, ObjectResult, State, Verdict } from "./types";
import { reasons, states, stateOf, verdicts } from "./verdicts";

export const stateSigns: Record<State, string> = {
  "could not check": "🚫",
  "would fail": "❌",
  "not fully checked": "⚠️",
  changes: "✏️",
  "no change": "✅",
};

/** Longest name of an object: names and namespaces have up to 253 characters. */
export const longestTitle = 600;

/** How many objects there are of each verdict, as Markdown. */
export function countsText(counts: Counts["touched"]): string {
  const parts = (Object.keys(verdicts) as Verdict[])
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `**${String(counts[verdict])}** ${verdict}`);
  return parts.join(", ") || "nothing";
}

/**
 * One line of Markdown that says all of an object but its difference.
 * @param environments where it is so; left out where the page is about one environment.
 */
export function objectLine(object: ObjectResult, environments: string[] = []): string {
  const { verdict, reason, message } = object;
  const said = [
    reason && reasons[reason].meaning,
    verdict === "removed-from-git" && "kubectl apply does not delete it.",
    verdict === "needs-replace" && "It would have to be deleted and created again.",
    ...keysTexts(object),
    message && inlineCode(message),
  ].filter(Boolean);
  return `- ${sign(object)} ${verdict} ${inlineCode(titleOf(object), longestTitle)}${where(environments, inlineCode)}${said.length > 0 ? `: ${said.join(" ")}` : ""}`;
}

/** The keys of a Secret that come and go. */
export function keysTexts({ keysAdded = [], keysRemoved = [] }: ObjectResult): string[] {
  return [
    ...(keysAdded.length > 0 ? [`Keys added: ${keys(keysAdded)}.`] : []),
    ...(keysRemoved.length > 0 ? [`Keys removed: ${keys(keysRemoved)}.`] : []),
  ];
}

function where(environments: string[], code: (text: string) => string): string {
  if (environments.length === 0) return "";
  return ` (${environments.length > 1 ? "same " : ""}in ${environments.map((name) => code(name)).join(", ")})`;
}

function keys(names: string[]): string {
  const shown = names.slice(0, 20).map((name) => inlineCode(name, 60));
  return `${shown.join(", ")}${names.length > 20 ? ` and ${String(names.length - 20)} more` : ""}`;
}

/**
 * An object's difference and whole message as a folded part of Markdown, if it has any.
 * @param environments where it is so; left out where the page is about one environment.
 * @param said of it before its name. @default its verdict
 */
export function objectDetails(
  object: ObjectResult,
  environments: string[] = [],
  said = `${sign(object)} ${object.verdict}`,
): string[] {
  const { message, diff } = object;
  const isShownWhole = message === undefined || oneLine(message) === message;
  const parts = [
    ...(isShownWhole ? [] : [codeBlock(message, "text")]),
    ...(diff ? [codeBlock(diff, "diff")] : []),
  ];
  if (parts.length === 0) return [];
  const summary = `<summary>${said} ${htmlCode(titleOf(object), longestTitle)}${where(environments, htmlCode)}</summary>`;
  return [[`<details>${summary}`, ...parts, "</details>"].join("\n\n")];
}

/** How an object is called before people. */
export function titleOf({ kind, namespace, name }: ObjectResult): string {
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
}

function sign(object: ObjectResult): string {
  return stateSigns[stateOf(object)];
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
