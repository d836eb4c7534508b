import { expect } from "chai";
import { parse } from "yaml";
import { runProgram, type ProgramRun } from "./runProgram";
import { configs, mockWorld, regions, type MockRegion } from "./world";

/** Outputs of the other stacks, where all regions are deployed. */
export const deployed = {
  "organization/eks-dryrun-runner/kr-production": { runnerLabel: "x" },
  "organization/eks-dryrun-runner/in-production": { runnerLabel: "y" },
};

/** Runs a stack in a region as it should be, or as `region` makes it. */
export async function up(
  stack: string,
  options: {
    /** Changes to the stack's configuration; undefined takes a key away. */
    config?: Record<string, string | undefined>;
    region?: (region: MockRegion) => void;
    stackOutputs?: Record<string, Record<string, unknown>>;
    edit?: Parameters<typeof runProgram>[3];
  } = {},
): Promise<ProgramRun> {
  const region = regions[stack]!();
  options.region?.(region);
  const world = mockWorld(region, options.stackOutputs ?? deployed);
  const changed = Object.entries({ ...configs[stack], ...options.config });
  const config = changed.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return runProgram(stack, Object.fromEntries(config), world, options.edit);
}

/** Full name of a key of the program's own. */
export const own = (name: string) => `eks-dryrun-runner:${name}`;

/** Settings with which runners register in a group. */
export const runnerGroup = {
  [own("githubActorIds")]: "[583231]",
  [own("runnerGroup")]: '{"id":7,"name":"k8s-dryrun","branch":"main"}',
};

/** Settings with which releases are applied to the home stack's cluster. */
export const releases = {
  [own("apply")]: "enabled",
  [own("targetRepositoryId")]: "600000002",
  [own("targetRepositoryOwnerId")]: "500000001",
  [own("releaseReviewers")]: '["team:4711","user:583231"]',
};

/** The message of the error that stops a run, and proof that nothing was registered before. */
export function refusal({ error, registered }: ProgramRun): string {
  if (!error) throw new Error("the program ran, expected it to refuse");
  expect(registered.filter(({ type }) => !type.startsWith("pulumi:"))).to.deep.equal([]);
  return error.message;
}

/** Text of a file that a run of the home stack commits. */
export function committedText({ registered }: ProgramRun, path: string): string {
  const file = registered.find(({ inputs }) => inputs.file === path);
  return file?.inputs.content as string;
}

/** The parsed workflow that a run of the home stack commits. */
export function workflowOf(run: ProgramRun) {
  const text = committedText(run, ".github/workflows/k8s-dryrun.yml");
  return parse(text) as { jobs: Record<string, unknown> };
}
