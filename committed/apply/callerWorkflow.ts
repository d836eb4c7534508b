import type { CommittedEnvironment } from "../environment";
import { applyComparePath, applyEnvironmentPath } from "../paths";
import { compareJobName } from "../reportedName";
import { workflowHeader } from "../workflowHeader";
import { commented, remarked, spaced, yamlText } from "../yamlText";
import { calledOnBranch, commitOfRun } from "./calls";
import { publishJob } from "./publishJob";
import { appliedEnvironments, applyJob, releaseWorkflowName, type CommittedRelease } from "./release";

/**
 * Text of the workflow that a release starts. It is the tag's own, so nothing in it is trusted: the environments are
 * protected by GitHub, and the workflow that has them applied is the default branch's.
 */
export function applyCallerWorkflow(environments: CommittedEnvironment[], release: CommittedRelease): string {
  const names = appliedEnvironments(environments, release.order).map(({ name }) => name);
  const applies = names.map(
    (name, index) => [applyJob({ name }), applyCall(name, names[index - 1], release)] as const,
  );
  return yamlText(workflowHeader, {
    name: releaseWorkflowName,
    on: { release: { types: ["published"] }, workflow_dispatch: { inputs: inputsByHand(names) } },
    permissions: {},
    concurrency: commented("A release that is under way is never ended half-way.", {
      group: "k8s-apply-${{ github.run_id }}",
      "cancel-in-progress": false,
    }),
    jobs: spaced({
      [compareJobName]: compareCall(release),
      ...Object.fromEntries(applies),
      publish: publishJob(names, release),
    }),
  });
}

function inputsByHand(names: string[]): object {
  return {
    environment: { description: "Environment to apply to", type: "choice", options: names, required: true },
    commit: { description: "Commit of the default branch, in full", type: "string", required: true },
    delete: {
      description:
        "Objects to delete, as the report of an apply names them, separated by commas; by default none",
      type: "string",
      required: false,
    },
  };
}

function compareCall(release: CommittedRelease): object {
  return {
    permissions: {
      contents: remarked("read", "checks out the release, what was released before, and the actions"),
      actions: remarked(
        "write",
        "tells whether a comment is of a run that there was, and ends a run to which no runner comes",
      ),
      "pull-requests": remarked("read", "reads what was reviewed"),
    },
    uses: calledOnBranch(release, applyComparePath),
    with: {
      commit: commitOfRun,
      environment: "${{ inputs.environment }}",
      delete: "${{ inputs.delete }}",
      tag: "${{ github.event.release.tag_name }}",
    },
  };
}

/** @param before the environment that a release is applied to before this one. */
function applyCall(name: string, before: string | undefined, release: CommittedRelease): object {
  const isTurn = before ? ` && needs.${applyJob({ name: before })}.result == 'success'` : "";
  const isMeant = `github.event_name == 'release'${isTurn} || inputs.environment == '${name}'`;
  return {
    needs: [compareJobName, ...(before ? [applyJob({ name: before })] : [])],
    // By hand the environments before are left out, and their jobs skipped.
    if: `\${{ !cancelled() && needs.${compareJobName}.result == 'success' && (${isMeant}) }}`,
    permissions: {
      contents: remarked("read", "checks out the action"),
      "id-token": remarked("write", "for the role that may start the build of this environment"),
    },
    uses: calledOnBranch(release, applyEnvironmentPath),
    with: { environment: name, commit: commitOfRun, delete: "${{ inputs.delete }}" },
  };
}
