import { people } from "./people";
import type { ReleasedWorld } from "./world";

/** Makes a branch or tag as somebody does by GitHub's API. @param ref full */
export async function makeRef(
  { repository }: Pick<ReleasedWorld, "repository">,
  ref: string,
  sha: string,
  token = people.administrator,
): Promise<void> {
  await repository.ask("POST", "git/refs", { ref, sha }, token);
}
