import { must } from "../pullRequests/attack";
import { handPaths } from "./hostileWorkflows";
import { approved, startByHand } from "./runs";
import { type Credentials, stolenIn } from "./stolen";
import { attacked, type ReleasedWorld } from "./world";

/** What an action has given away of a release that was approved and applied. */
export interface StolenRelease {
  tokens: Record<string, string>;
  credentials: Credentials;
  /** The build that applied it. */
  buildId: string;
}

/** Job of a called workflow, as GitHub reports it. */
export const calledJob = "call / apply";

/** Has one release of the default branch approved and applied, as it is meant: an action of its job is hostile. */
export function stolenRelease(world: ReleasedWorld): Promise<StolenRelease> {
  return world.once("the release with a hostile action", async () => {
    const run = await startByHand(world, handPaths.calls, { environment: attacked, commit: world.head });
    const job = await approved(world, run, calledJob);
    const log = await world.repository.log(job);
    must(
      job.conclusion === "success",
      `the release was not applied, so nothing is proven:\n${log.slice(-2000)}`,
    );
    const { tokens, credentials } = stolenIn(log);
    const [, buildId = ""] = /\/build\/([\w-]+%3A[\w-]+)\//.exec(log) ?? [];
    if (!credentials || buildId === "") throw new Error(`The job gave no credentials away:\n${log}`);
    return { tokens, credentials, buildId: decodeURIComponent(buildId) };
  });
}
