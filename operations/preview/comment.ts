import { ownAuthor } from "../../committed/comment/post";
import type { GitHub } from "../../committed/github/api";
import { commentText, marker, type Source } from "./commentText";
import type { PreviewResult } from "./result";

/** The results of a run's previews, and the pull request whose conversation they go to. */
export interface Conversation {
  github: GitHub;
  pullRequest: number;
  source: Source;
  /** By stack, every stack of the registry: without a result where its job broke off. */
  results: Record<string, PreviewResult | undefined>;
}

/**
 * Brings one comment a stack to what this run has found, each edited in its place. Does nothing once a newer commit has been
 * pushed: its own run will.
 * @returns whether it commented
 * @throws what GitHub answers
 */
export async function comment({ github, pullRequest, source, results }: Conversation): Promise<boolean> {
  if ((await github.headOf(pullRequest)) !== source.head) return false;
  const known = (await github.commentsOf(pullRequest)).filter(({ author }) => author === ownAuthor);
  for (const [stack, result] of Object.entries(results)) {
    const text = commentText(stack, result, source);
    const [first, ...others] = known.filter(({ body }) => body.startsWith(marker(stack)));
    const isThere = first !== undefined && (await github.updateComment(first.id, text));
    if (!isThere) await github.createComment(pullRequest, text);
    for (const { id } of others) await github.deleteComment(id);
  }
  return true;
}
