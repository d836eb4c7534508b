import type { CommittedEnvironment } from "../environment";
import { applyActionFolder } from "../paths";
import { pinnedActions, uses, usesOwn } from "../pins";
import { shellWord } from "../shellWord";
import { workflowHeader } from "../workflowHeader";
import { commented, remarked, yamlText } from "../yamlText";
import { checkoutOfAction } from "./publishJob";
import { appliedEnvironments, type AppliedEnvironment, type CommittedRelease } from "./release";

/**
 * Minutes for which a job follows its build: the credentials that it follows with are good for an hour. The build goes on
 * without it.
 */
export const applyTimeoutMinutes = 55;

/**
 * Text of the workflow that has one environment applied. A role trusts it as the default branch has it, in the protected
 * environment: what belongs to an environment stands in here, and its caller only names it.
 */
export function applyEnvironmentWorkflow(
  environments: CommittedEnvironment[],
  release: CommittedRelease,
): string {
  const script = scriptOf(appliedEnvironments(environments, release.order));
  return yamlText(workflowHeader, {
    name: "K8s Apply environment",
    on: { workflow_call: { inputs, outputs } },
    permissions: {},
    defaults: { run: { shell: "bash" } },
    jobs: { apply: job(script, release) },
  });
}

const inputs = {
  environment: { description: "Environment to apply to", type: "string", required: true },
  commit: { description: "Commit of the default branch, in full", type: "string", required: true },
  delete: { description: "Objects to delete, by their names", type: "string", required: false },
};

const outputs = {
  report: { description: "The report of the apply, packed", value: "${{ jobs.apply.outputs.report }}" },
};

function job(script: string, { branch }: CommittedRelease): object {
  return {
    name: "apply",
    if: remarked(
      "${{ !cancelled() }}",
      "by hand the environments before are skipped, and success() looks at all jobs on the way (actions/runner#491)",
    ),
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": applyTimeoutMinutes,
    environment: "${{ inputs.environment }}",
    concurrency: commented("One apply of an environment at a time, and none is ended half-way.", {
      group: "apply-${{ inputs.environment }}",
      "cancel-in-progress": false,
    }),
    permissions: {
      contents: remarked("read", "checks out the action"),
      "id-token": remarked("write", "for the role that may start the build of this environment"),
    },
    outputs: { report: "${{ steps.apply.outputs.report }}" },
    steps: [
      commented(
        "Its caller is a tag's own: what that may ask for is said here, where nobody but the default branch can change it.",
        {
          name: "Refuse what was not started as a release is",
          env: {
            STARTED_BY: "${{ github.actor }} ${{ github.triggering_actor }}",
            STARTED_AS: "${{ github.event_name }} ${{ github.ref }}",
            STARTED_ON: "${{ github.sha }}",
            COMMIT: "${{ inputs.commit }}",
            DELETE: "${{ inputs.delete }}",
          },
          run: startScript(branch),
        },
      ),
      {
        name: "Find what belongs to the environment",
        id: "of",
        env: { ENVIRONMENT: "${{ inputs.environment }}" },
        run: script,
      },
      commented(
        "The default branch's own: what the commit makes of the action does not run here.",
        checkoutOfAction(applyActionFolder, branch),
      ),
      {
        name: "Take the role",
        uses: uses(pinnedActions.configureAwsCredentials),
        with: {
          "role-to-assume": ofEnvironment("role"),
          "aws-region": ofEnvironment("region"),
          "role-session-name": "k8s-apply-${{ github.run_id }}-${{ github.run_attempt }}",
        },
      },
      {
        name: "Apply",
        id: "apply",
        uses: usesOwn(applyActionFolder),
        with: {
          environment: "${{ inputs.environment }}",
          project: ofEnvironment("project"),
          region: ofEnvironment("region"),
          commit: "${{ inputs.commit }}",
          delete: "${{ inputs.delete }}",
        },
      },
    ],
  };
}

/**
 * Refuses what a job has started: GitHub keeps people from approving what they have started themselves, and a job's token
 * starts it as somebody else (https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow#triggering-a-workflow-from-a-workflow).
 * Of a tag it applies the tag's own commit and deletes nothing: what `compare` has shown is that.
 */
function startScript(branch: string): string {
  const byHand = shellWord(`workflow_dispatch refs/heads/${branch}`);
  return `refuse() { echo "::error::Not applied: $1"; exit 1; }
case "$STARTED_BY" in
  *"[bot]"*) refuse "a job or an app has started it. Let a person start it: Actions, K8s Apply, Run workflow." ;;
esac
case "$STARTED_AS" in
  ${byHand}) ;;
  "release refs/tags/"*)
    [ "$COMMIT" = "$STARTED_ON" ] || refuse "the commit is not that of the release's tag."
    [ -z "$DELETE" ] || refuse "a release deletes nothing. Name what is to be deleted in a run by hand." ;;
  *) refuse "it is started by a release, or by hand on the default branch." ;;
esac
`;
}

/** Says what belongs to the environment. Another than these has nothing. */
function scriptOf(environments: AppliedEnvironment[]): string {
  const cases = environments.map(({ name, runner: { region, apply } }) => {
    const { roleArn, projectName } = apply;
    return (
      `  ${shellWord(name)})\n` +
      `    role=${shellWord(roleArn)}\n    region=${shellWord(region)}\n    project=${shellWord(projectName)} ;;\n`
    );
  });
  return (
    `case "$ENVIRONMENT" in\n${cases.join("")}` +
    `  *)\n    echo "::error::Releases are not applied to this environment."\n    exit 1 ;;\nesac\n` +
    `{\n  echo "role=$role"\n  echo "region=$region"\n  echo "project=$project"\n} >> "$GITHUB_OUTPUT"\n`
  );
}

function ofEnvironment(what: "role" | "region" | "project"): string {
  return `\${{ steps.of.outputs.${what} }}`;
}
