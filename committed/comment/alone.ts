import type { GitHub } from "../github/api";
import { messageOf } from "../github/failure";

/**
 * Whether no other run of the workflow is under way for a branch. Where GitHub does not say, it counts as no.
 * @param workflow its name.
 * @param run the id of the run that asks.
 */
export async function isOnlyRun(
  github: GitHub,
  { branch, workflow, run }: { branch: string; workflow: string; run: number },
  log: (line: string) => void,
): Promise<boolean> {
  try {
    const runs = await github.runsOf({ branch });
    return !runs.some(
      (other) => other.id !== run && other.workflow === workflow && other.status !== "completed",
    );
  } catch (error) {
    log(`Whether other runs are under way is not known: ${messageOf(error)}.`);
    return false;
  }
}
