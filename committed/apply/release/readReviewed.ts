import { isGenuine } from "../../comment/genuine";
import { markerOf } from "../../comment/marker";
import { ownAuthor } from "../../comment/post";
import { reviewedIn, type Reviewed } from "../../comment/reviewed";
import type { GitHub } from "../../github/api";
import { workflowName } from "../../workflowName";
import type { MergedPullRequest } from "./github";

/** What a pull request showed, or why nobody knows. */
export type ShownByPullRequest = { number: number } & ({ reviewed: Reviewed } | { problem: string });

/** Reads what a merged pull request's comment shows of its newest commit. */
export async function readReviewed(
  github: GitHub,
  { number, head, branch }: MergedPullRequest,
): Promise<ShownByPullRequest> {
  const comments = (await github.commentsOf(number)).flatMap(({ author, body }) => {
    const marker = author === ownAuthor ? markerOf(body) : undefined;
    return marker?.page === 1 ? [{ marker, body }] : [];
  });
  if (comments.length === 0) return { number, problem: "it has no comment of a dry run" };
  const newest = comments.filter(({ marker }) => marker.head === head);
  if (newest.length === 0) return { number, problem: "its comment is of an older commit" };
  for (const { marker, body } of newest) {
    const reviewed = reviewedIn(body);
    if (reviewed && (await isGenuine(github, { branch, workflow: workflowName }, marker)))
      return { number, reviewed };
  }
  return { number, problem: "its comment does not say it, or is of no run that there was" };
}
