import { styleText } from "node:util";
import type { EnvironmentWithRunner } from "../../stacks/environments";
import type { Result, Verdict } from "./check";

const marks: Record<Verdict, { text: string; color: "green" | "yellow" | "red" | "magenta" }> = {
  ok: { text: "ok", color: "green" },
  warning: { text: "warning", color: "yellow" },
  wrong: { text: "WRONG", color: "red" },
  unknown: { text: "unknown", color: "magenta" },
};

const markWidth = 8;
const nameWidth = 24;

/** 0: all right. 1: something is wrong. 2: nothing is known to be wrong, but something could not be looked at. */
export function exitCodeOf(results: Result[]): 0 | 1 | 2 {
  if (results.some(({ verdict }) => verdict === "wrong")) return 1;
  return results.some(({ verdict }) => verdict === "unknown") ? 2 : 0;
}

/** The results as a person reads them. */
export function reportText(environment: EnvironmentWithRunner, results: Result[]): string {
  const { projectName, region, clusterName } = environment.runner;
  return [
    `${environment.name}: project ${projectName}, cluster ${clusterName}, ${region}`,
    "",
    ...results.flatMap(resultLines),
    "",
    counts(results),
    closing(environment, results),
  ].join("\n");
}

function resultLines({ name, verdict, says, lookedAt, mend }: Result): string[] {
  const { text, color } = marks[verdict];
  const first = `${styleText(color, text.padEnd(markWidth))} ${name.padEnd(nameWidth)} ${says}`;
  if (verdict === "ok") return [first];
  const indent = " ".repeat(markWidth + nameWidth + 2);
  const commands = (mend ?? "").split("\n").filter(Boolean);
  return [
    first,
    ...(verdict === "unknown" ? [] : [`${indent}looked at: ${lookedAt}`]),
    ...commands.map(
      (command, index) =>
        `${indent}${index > 0 ? "           " : verdict === "unknown" ? "try:       " : "mend it:   "}${command}`,
    ),
  ];
}

function counts(results: Result[]): string {
  const parts = (Object.keys(marks) as Verdict[]).flatMap((verdict) => {
    const count = results.filter((result) => result.verdict === verdict).length;
    return count === 0 ? [] : [`${String(count)} ${verdict}`];
  });
  return `${String(results.length)} checks: ${parts.join(", ")}.`;
}

function closing({ name, runner }: EnvironmentWithRunner, results: Result[]): string {
  switch (exitCodeOf(results)) {
    case 0:
      return runner.enforcement === "require"
        ? `All right. ${name} is required: a pull request that fails in it turns the gate red.`
        : `All right. ${name} only reports so far: docs/operations.md says how to require it.`;
    case 1:
      return "Something is wrong: mend it from the top down, and look again.";
    case 2:
      return "Nothing is known to be wrong, but not everything could be looked at.";
  }
}
