import type { GitHub } from "../github/api";
import { compareRuns, markerOf, type RunIdentity, withNote } from "./marker";
import { ownAuthor } from "./post";

/**
 * Says above the comment of an older run that it is stale. Harmless beside other runs: this run's own comment comes
 * after it, and replaces what it finds.
 * @param note what it says.
 */
export async function markStale(
  github: GitHub,
  pullRequest: number,
  own: RunIdentity,
  note: string,
): Promise<void> {
  for (const { id, author, body } of await github.commentsOf(pullRequest)) {
    const marker = author === ownAuthor ? markerOf(body) : undefined;
    if (marker?.page !== 1 || compareRuns(marker, own) >= 0) continue;
    if ((await github.headOf(pullRequest)) !== own.head) return;
    await github.updateComment(id, withNote(body, note));
  }
}
