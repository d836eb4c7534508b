import { codeBlock, inlineCode } from "../../dryrun/report/inertText";
import type { PreviewResult } from "./result";

/** Where a preview ran. */
export interface Source {
  /** The commit that was previewed. */
  head: string;
  /** The page of the run. */
  runUrl: string;
}

/** Longest output in a comment, in UTF-16 units. GitHub takes 65,536 characters. */
const longestOutput = 60_000;

/** The line that tells the comment of a stack from all others. */
export function marker(stack: string): string {
  return `<!-- eks-dryrun-runner preview of ${stack} -->`;
}

/** The comment of a stack. Without a result the job broke off before it had one. */
export function commentText(
  stack: string,
  result: PreviewResult | undefined,
  { head, runUrl }: Source,
): string {
  const parts = [
    marker(stack),
    `### ${headline(result)} ${inlineCode(stack)}`,
    ...(result === undefined
      ? [`There is no preview: the job broke off before it. [Its log](${runUrl}) says why.`]
      : body(result, runUrl)),
    `<sub>${head.slice(0, 7)} · [the run](${runUrl}) · nothing was changed</sub>`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function headline(result: PreviewResult | undefined): string {
  if (result === undefined) return "🚫 No preview of";
  return result.succeeded ? "🍹 Preview of" : "❌ The preview failed:";
}

function body({ succeeded, output }: PreviewResult, runUrl: string): string[] {
  const { text, cut } = succeeded ? beginning(output) : end(output);
  const note = cut > 0 ? [`${String(cut)} lines are left out here; [the log](${runUrl}) has them.`] : [];
  const details = [
    "<details><summary>Output</summary>",
    codeBlock(text, succeeded ? "diff" : "text"),
    "</details>",
  ];
  if (!succeeded) return [...note, codeBlock(text, "text")];
  return [codeBlock(summary(output) || "No resources.", "text"), ...note, ...details];
}

/** What Pulumi says at the end of a preview: how many resources it would create, change, delete, leave. */
function summary(output: string): string {
  const lines = output.split("\n");
  const start = lines.findLastIndex((line) => line.trim() === "Resources:");
  if (start === -1) return "";
  const rest = lines.slice(start + 1);
  const stop = rest.findIndex((line) => line.trim() === "");
  return rest
    .slice(0, stop === -1 ? undefined : stop)
    .map((line) => line.trim())
    .join("\n");
}

/** Of a preview that succeeded the differences come first. */
function beginning(output: string): { text: string; cut: number } {
  const lines = output.split("\n");
  const kept = takeWhileShort(lines);
  return { text: kept.join("\n"), cut: lines.length - kept.length };
}

/** Of one that failed the diagnostics come last. */
function end(output: string): { text: string; cut: number } {
  const lines = output.trimEnd().split("\n");
  const kept = takeWhileShort([...lines].reverse()).reverse();
  return { text: kept.join("\n"), cut: lines.length - kept.length };
}

function takeWhileShort(lines: string[]): string[] {
  let length = 0;
  const tooLong = lines.findIndex((line) => (length += line.length + 1) > longestOutput);
  return tooLong === -1 ? lines : lines.slice(0, tooLong);
}
