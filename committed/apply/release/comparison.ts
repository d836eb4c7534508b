import type { PackedReport } from "../../../dryrun/report/pack";
import type { ObjectResult } from "../../../dryrun/report/types";
import { objectDigest, objectKey } from "../../comment/reviewed";
import type { ShownByPullRequest } from "./readReviewed";

/** How what a release does to an object stands to what was reviewed. */
export type Match =
  /** A pull request showed just that. */
  | "as reviewed"
  /** The newest pull request that changes the object showed something else. */
  | "differs"
  /** No dry run can tell, and the release before has it just so. */
  | "same as before"
  /** No pull request since the release before changes it, or none whose comment can be read. */
  | "not reviewed"
  /** Its difference is too long for a comment or a report. */
  | "too long to compare";

/** An object that is not in the cluster as the release has it. */
export interface ComparedObject {
  environment: string;
  object: ObjectResult;
  match: Match;
  /** The pull request that it is compared with. */
  pullRequest?: number;
}

/**
 * Compares a release's dry run of an environment with what the pull requests showed of it. Also objects that the release
 * does not change are compared: it applies all of them, and what has drifted is put back.
 * @param shown the pull requests since the release before, the newest first.
 */
export function compare(
  environment: string,
  { report }: PackedReport,
  shown: ShownByPullRequest[],
): ComparedObject[] {
  const reviews = shown.flatMap((one) => {
    const digests = "reviewed" in one ? one.reviewed.environments.get(environment) : undefined;
    return digests ? [{ number: one.number, digests }] : [];
  });
  return report.objects.flatMap((object): ComparedObject[] => {
    const key = objectKey(object);
    const review = reviews.find(({ digests }) => digests.has(key));
    const digest = objectDigest(object);
    const isSame = digest !== undefined && review?.digests.get(key) === digest;
    // What is in the cluster already needs no review, unless something else was reviewed.
    if (object.verdict === "unchanged" && (!review || isSame)) return [];
    const isUntold = !review && !object.touched && object.verdict === "not-checked";
    const match = isUntold
      ? "same as before"
      : isSame
        ? "as reviewed"
        : digest === undefined
          ? "too long to compare"
          : review
            ? "differs"
            : "not reviewed";
    return [{ environment, object, match, ...(review && { pullRequest: review.number }) }];
  });
}
