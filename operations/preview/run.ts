import { appendFileSync } from "node:fs";
import { execa } from "execa";
import { packResult } from "./result";

/** Which preview to run, and where its result goes. */
export interface RunOptions {
  /** Full name of the stack, `organization/project/stack`, or its short one. */
  stack: string;
  /** File of the job's outputs, `GITHUB_OUTPUT`. @default none is written */
  outputFile?: string;
}

/**
 * `pulumi preview` of a stack with the policy pack in force, printed as it comes. Its result, good or bad, becomes an output
 * of the job with the stack's name: the comment is made by a job that holds no credential of a cloud.
 * @returns the exit code of pulumi
 */
export async function runPreview({ stack, outputFile }: RunOptions): Promise<number> {
  const name = stack.split("/").at(-1) ?? stack;
  const running = execa(
    "pulumi",
    [
      "preview",
      "--stack",
      stack,
      "--diff",
      "--policy-pack",
      "policy",
      "--non-interactive",
      "--color",
      "never",
    ],
    { reject: false, all: true, stdin: "ignore" },
  );
  running.all.pipe(process.stdout);
  const { exitCode, all, message } = await running;
  const output = exitCode === undefined ? `pulumi could not be run: ${message ?? ""}` : all;
  const succeeded = exitCode === 0;
  if (outputFile !== undefined) appendFileSync(outputFile, `${name}=${packResult({ succeeded, output })}\n`);
  return exitCode ?? 1;
}
