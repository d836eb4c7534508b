import type { GitHub } from "../github/api";
import type { Marker } from "./marker";

/**
 * Whether a comment's first line tells the truth about its run. The job's token of any workflow in the repository can
 * write a comment in any pull request, with whatever first line: one that names a run of the future would silence all
 * runs that come.
 * @param branch of the pull request.
 * @param workflow its name.
 */
export async function isGenuine(
  github: GitHub,
  { branch, workflow }: { branch: string; workflow: string },
  marker: Marker,
): Promise<boolean> {
  const source = await github.sourceOf(marker.run);
  return (
    source?.isOwn === true &&
    source.workflow === workflow &&
    source.branch === branch &&
    source.head === marker.head &&
    source.attempt >= marker.attempt
  );
}
