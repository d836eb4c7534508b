import { applyEnvironmentPath } from "../../../committed/paths";
import { targetRepository } from "../../../sandbox/world";
import { homeEnvironment } from "../../../stacks/environments";
import { workflowText, type HostileJob } from "../pullRequests/workflowText";
import { leakStep } from "./stolen";

/** A job that asks for the attacked environment and gives its tokens away. */
export function leakingJob(environment?: string): HostileJob {
  return {
    labels: "ubuntu-24.04",
    permissions: { contents: "read", "id-token": "write" },
    ...(environment !== undefined && { environment }),
    steps: [leakStep],
  };
}

/** A workflow whose one job asks for an environment. */
export function leakingWorkflow(on: object | string, environment?: string): string {
  return workflowText("Hostile", { leak: leakingJob(environment) }, { on });
}

/** A workflow that has a job as the default branch's own workflow is called: by whoever starts it, for what it is given. */
export function callingWorkflow(path = applyEnvironmentPath): string {
  const { owner, name, defaultBranch } = targetRepository;
  const inputs = { environment: { required: true }, commit: { required: true } };
  return JSON.stringify({
    name: "Calls",
    on: { workflow_dispatch: { inputs } },
    permissions: {},
    jobs: {
      call: {
        permissions: { contents: "read", "id-token": "write" },
        uses: `${owner}/${name}/${path}@${defaultBranch}`,
        with: { environment: "${{ inputs.environment }}", commit: "${{ inputs.commit }}" },
      },
    },
  });
}

const byHand = (name: string) => `.github/workflows/${name}.yml`;

/** Workflows of the default branch that are started by hand, none of them the committed ones. */
export const handPaths = {
  /** Calls the committed workflow. */
  calls: byHand("calls"),
  /** Names the environment itself. */
  other: byHand("other"),
  /** The same, for those who wait for approval. */
  waits: byHand("waits"),
  waitsForItself: byHand("waits-for-itself"),
};

export const startedByHand: Record<string, string> = {
  [handPaths.calls]: callingWorkflow(),
  ...Object.fromEntries(
    [handPaths.other, handPaths.waits, handPaths.waitsForItself].map((path) => [
      path,
      leakingWorkflow("workflow_dispatch", homeEnvironment),
    ]),
  ),
};
