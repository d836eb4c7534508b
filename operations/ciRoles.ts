/**
 * `npm run ci-roles`: prints the commands that make the update role of each stack, for updates by GitHub Actions with the state in S3
 * (docs/ci/README.md). Makes nothing itself.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { environments, hasRunner } from "../stacks/environments";
import { awsCommands, ciRole } from "./ciRoles/roles";

interface Options {
  account: string;
  repository: string;
  repositoryId: string;
  ownerId: string;
  stateBucket: string;
  stateKey: string;
  connection?: string;
  boundary?: string;
  releases?: string[];
}

const stacks = environments.filter(hasRunner).map(({ name }) => name);

function stackNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => stacks.includes(name))) return names;
  throw new InvalidArgumentError(`Expected some of ${stacks.join(", ")}.`);
}

new Command("ci-roles")
  .description("commands that make the update role of each stack, for updates by GitHub Actions")
  .requiredOption("--account <id>", "AWS account")
  .requiredOption("--repository <owner/name>", "the repository of this program")
  .requiredOption("--repository-id <number>", "GitHub's number of it: gh api repos/<owner>/<name> --jq .id")
  .requiredOption("--owner-id <number>", "GitHub's number of its owner: the same with .owner.id")
  .requiredOption("--state-bucket <name>", "S3 bucket of the states")
  .requiredOption("--state-key <arn>", "KMS key with which Pulumi encrypts secrets in the states")
  .option("--connection <arn>", "the stacks' connection to GitHub, if they use one")
  .option("--boundary <arn>", "permissions boundary that the stacks' own roles must have")
  .addOption(
    new Option("--releases <stacks>", "stacks with apply: enabled, with commas between").argParser(
      stackNames,
    ),
  )
  .action((options: Options) => {
    const roles = environments.filter(hasRunner).map((environment) =>
      ciRole(environment, {
        accountId: options.account,
        repository: { fullName: options.repository, id: options.repositoryId, ownerId: options.ownerId },
        state: { bucket: options.stateBucket, keyArn: options.stateKey },
        ...(options.connection !== undefined && { connectionArn: options.connection }),
        ...(options.releases !== undefined && { stacksWithReleases: options.releases }),
        ...(options.boundary !== undefined && { permissionsBoundaryArn: options.boundary }),
      }),
    );
    console.log(roles.map(awsCommands).join("\n\n"));
  })
  .parse();
