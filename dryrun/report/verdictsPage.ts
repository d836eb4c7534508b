import { applyStates, outcomes } from "./outcomes";
import type { Reason, Verdict } from "./types";
import { exitCodeOf, gateOf, reasons, states, stateOf, verdicts } from "./verdicts";

/** The page docs/verdicts.md, from the tables that decide. */
export function verdictsPage(): string {
  return `${[
    "<!-- Written by npm run docs from dryrun/report/verdicts.ts. Do not edit. -->",
    "# Verdicts, states, exit codes and the gate",
    "Each object of an overlay gets exactly one verdict. Of the objects that the pull request adds, changes or removes,\n" +
      "the one whose state comes first in the list of states decides. Objects that the pull request does not touch are\n" +
      'reported as "already so before this pull request" and decide nothing.',
    "## States, the first that applies decides",
    table(
      ["State", "Exit code", "Gate"],
      states.map((state) => [state, String(exitCodeOf(state)), gateOf(state)]),
    ),
    "Whatever stops the whole run (wrong input, a cluster that is not reached or not guarded, an overlay that does not\n" +
      "render or renders to nothing) is `could not check`.",
    "## Verdicts",
    table(["Verdict", "Reason", "State", "Exit code", "Gate", "Means"], rows()),
    "What a reason does can be set, by the setting `gateOverrides` or the option `--gate`: `passes` makes it\n" +
      "`not fully checked`, `fails` makes it `could not check`.",
    "## What a release says",
    "Where an environment is applied (`apply: enabled`), the report says also what became of each object, and of the whole:",
    table(
      ["State", "Exit code", "Means"],
      Object.entries(applyStates).map(([state, { exitCode, meaning }]) => [state, String(exitCode), meaning]),
    ),
    table(
      ["Object", "Means"],
      Object.entries(outcomes).map(([outcome, { meaning }]) => [outcome, meaning]),
    ),
  ].join("\n\n")}\n`;
}

function rows(): string[][] {
  return (Object.keys(verdicts) as Verdict[]).flatMap((verdict) => {
    if (verdict !== "not-checked") return [row(verdict, undefined, verdicts[verdict].meaning)];
    return (Object.keys(reasons) as Reason[]).map((reason) => row(verdict, reason, reasons[reason].meaning));
  });
}

function row(verdict: Verdict, reason: Reason | undefined, meaning: string): string[] {
  const state = stateOf({ apiVersion: "", kind: "", name: "", touched: true, verdict, reason });
  const reasonText = reason ? `\`${reason}\`` : "";
  return [`\`${verdict}\``, reasonText, state, String(exitCodeOf(state)), gateOf(state), meaning];
}

function table(head: string[], body: string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(3, ...[head, ...body].map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
