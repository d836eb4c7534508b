/**
 * The two halves of `.github/workflows/preview.yml`: `run` previews a stack, `comment` shows the results of all of them in the
 * pull request.
 */
import { Command } from "commander";
import { connectGitHub } from "../committed/github/client";
import { environments, hasRunner } from "../stacks/environments";
import { comment } from "./preview/comment";
import { unpackResult } from "./preview/result";
import { runPreview } from "./preview/run";

const command = new Command("preview");

command
  .command("run")
  .description("pulumi preview of a stack with the policy pack; the result becomes an output of the job")
  .requiredOption("--stack <name>", "the stack, as organization/project/stack or by its short name")
  .action(async ({ stack }: { stack: string }) => {
    const outputFile = process.env.GITHUB_OUTPUT;
    process.exitCode = await runPreview({ stack, ...(outputFile === undefined ? {} : { outputFile }) });
  });

command
  .command("comment")
  .description("one comment a stack in the pull request, from the outputs of the jobs (variable RESULTS)")
  .requiredOption("--pull-request <number>", "number of the pull request", Number)
  .requiredOption("--head <sha>", "the commit that was previewed")
  .requiredOption("--run-url <url>", "page of the run")
  .action(async ({ pullRequest, head, runUrl }: { pullRequest: number; head: string; runUrl: string }) => {
    const outputs = JSON.parse(process.env.RESULTS ?? "{}") as Record<string, string>;
    const results = Object.fromEntries(
      environments.filter(hasRunner).map(({ name }) => [name, unpackResult(outputs[name])]),
    );
    const github = connectGitHub({
      apiUrl: process.env.GITHUB_API_URL ?? "https://api.github.com",
      repository: process.env.GITHUB_REPOSITORY ?? "",
      token: process.env.GITHUB_TOKEN ?? "",
    });
    const commented = await comment({ github, pullRequest, source: { head, runUrl }, results });
    if (!commented) console.log("A newer commit has been pushed: its run comments.");
  });

command.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
