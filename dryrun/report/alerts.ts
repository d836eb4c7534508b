import { codeBlock, inlineCode } from "./inertText";
import type { Report } from "./types";

/** Longest text of one alert, in UTF-16 units. */
const longestAlert = 1_000;

/** What must be read before anything else, as Markdown. */
export function alerts(report: Report): string[] {
  return report.applied ? alertsOfApply(report) : alertsOfDryRun(report);
}

function alertsOfApply({ problem, baseProblem, server, applied }: Report): string[] {
  const warnings: string[] = [];
  for (const text of [problem, applied?.stoppedBecause]) {
    if (text !== undefined)
      warnings.push(`> [!CAUTION]\n> It did not get to its end.\n\n${codeBlock(cut(text), "text")}`);
  }
  if (baseProblem !== undefined) {
    warnings.push(
      "> [!WARNING]\n> What earlier releases had could not all be read: what is left in the cluster may be more.\n\n" +
        codeBlock(cut(baseProblem), "text"),
    );
  }
  return [...warnings, ...staleLabel(server)];
}

function alertsOfDryRun({
  problem,
  baseProblem,
  server,
  guard,
  guardMessage,
  allowUnguarded,
}: Report): string[] {
  const warnings: string[] = [];
  // What is wrong with the guard is said below.
  if (problem !== undefined && problem !== guardMessage) {
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
  return [...warnings, ...staleLabel(server)];
}

function staleLabel(server: Report["server"]): string[] {
  if (!server?.labelIsStale) return [];
  const minor = /(\d+)\.(\d+)/.exec(server.version);
  const label = minor ? `${minor[1] ?? ""}_${minor[2] ?? ""}` : server.version;
  return [
    `> [!WARNING]\n> The EKS version label ${inlineCode(server.label)} is stale: the cluster runs ` +
      `${inlineCode(server.version)}. Set it to ${inlineCode(label)} in the registry. The check was made with the ` +
      "version that runs.",
  ];
}

function cut(text: string): string {
  return text.length <= longestAlert ? text : `${text.slice(0, longestAlert)}\n… (cut)`;
}
