import { setTimeout as pause } from "node:timers/promises";

/** How long a new role may take to be seen by other services, in milliseconds. */
const longest = 120_000;

/**
 * What CodeBuild and EKS answer while IAM does not show them a role yet:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const notSeenYet = /not authorized to perform: sts:AssumeRole|principalArn is invalid/;

/** Sends until it is no longer refused because a role is new. @throws what is answered otherwise, or in the end */
export async function untilTaken<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  const end = Date.now() + longest;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!notSeenYet.test((error as Error).message) || Date.now() > end) throw error;
    }
    await pause(2_000);
  }
}
