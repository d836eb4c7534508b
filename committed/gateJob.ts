import { bundle } from "./bundle";
import type { CommittedEnvironment } from "./environment";
import { judgedEnvironments } from "./judged";
import { jobsBefore, needsExpression } from "./needs";
import { calledName } from "./reportedName";
import { commented } from "./yamlText";

/** Name of the job whose check is the one to require. */
export const gateCheckName = "K8s Dryrun gate";

/** Name of that check as GitHub reports it. @param isCalled whether runners are in a runner group */
export function requiredCheckName(isCalled: boolean): string {
  return isCalled ? calledName(gateCheckName) : gateCheckName;
}

/** The job that always runs and is the one required check: a skipped job would count as success. */
export function gateJob(environments: CommittedEnvironment[], runnerStartMinutes: number): object {
  return {
    name: gateCheckName,
    if: "${{ always() }}",
    needs: jobsBefore(environments),
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": 5,
    permissions: {},
    steps: [
      commented(
        "No checkout: the program is in this file, so that nothing else can break the one check that is required.",
        {
          name: "Judge the results",
          env: {
            NEEDS: needsExpression(environments),
            ENVIRONMENTS: JSON.stringify(judgedEnvironments(environments)),
            RUNNER_START_MINUTES: String(runnerStartMinutes),
          },
          run: `node - <<'PROGRAM'\n${bundle("committed/gateScript.ts")}PROGRAM\n`,
        },
      ),
    ],
  };
}
