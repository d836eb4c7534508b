import { Command, Option } from "commander";
import { environments, hasRunner } from "../stacks/environments";
import { isHome } from "../stacks/stack";
import { readSubject } from "./doctor/subject";
import { awsLeftovers } from "./leftovers/awsLeftovers";
import { branchLeftovers } from "./leftovers/branchLeftovers";
import { environmentLeftovers } from "./leftovers/environmentLeftovers";
import { fileLeftovers } from "./leftovers/fileLeftovers";
import { findAll } from "./leftovers/found";
import { rulesetLeftovers } from "./leftovers/rulesetLeftovers";
import { readStackState } from "./leftovers/stackState";

// The SDK's advice on Node versions is none of the answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const stacks = environments.filter(hasRunner).map(({ name }) => name);

new Command("leftovers")
  .description(
    "Finds what is there of a stack and in no state, after an update that was interrupted or whose answer got lost, and " +
      "prints the commands that mend it: read them, then run them. It changes nothing.",
  )
  .addOption(new Option("--stack <name>", "the stack").choices(stacks).makeOptionMandatory())
  .action(leftovers)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });

async function leftovers({ stack }: { stack: string }): Promise<void> {
  const state = await readStackState(stack);
  // What an update is making right now would look like a leftover.
  if (state.pending.length > 0)
    throw new Error(
      [
        `An update of ${stack} is under way, or was killed, while it made`,
        ...state.pending.map((urn) => `    ${urn}`),
        "Wait for it; or, if it was killed:",
        `    pulumi cancel --stack ${stack}`,
        `    pulumi refresh --clear-pending-creates --stack ${stack}`,
      ].join("\n"),
    );
  const subject = await readSubject(stack);
  const found = [
    ...awsLeftovers(subject.environment, state, await findAll(subject)),
    ...(isHome(subject.environment)
      ? [
          ...(await rulesetLeftovers(subject, state)),
          ...(await environmentLeftovers(subject, state)),
          ...(await branchLeftovers(subject, state)),
          ...(await fileLeftovers(subject, state)),
        ]
      : []),
  ];
  if (found.length === 0) console.error(`Nothing is left over of ${stack}.`);
  for (const { what, command } of found) console.log(`# ${what}\n${command}`);
}
