import { type Attack, held } from "../pullRequests/attack";
import { commitTo } from "../pullRequests/files";
import { workflowText } from "../pullRequests/workflowText";
import { askGitHub } from "../pullRequests/workflowText";
import { people } from "./people";
import { makeRef } from "./refs";
import { isOver, jobOf, refusalOf, runOf } from "./runs";
import { must } from "../pullRequests/attack";
import type { ReleasedWorld } from "./world";

const ruleset = held(
  "the ruleset on the tags of releases: who maintains the repository makes and moves them (ReleaseTags)",
);
const path = ".github/workflows/tags.yml";

/** A tag of a release, which an administrator has made: that is the way that it is meant. */
function releasedTag(world: ReleasedWorld): Promise<string> {
  return world.once("the tag of a release", async () => {
    await makeRef(world, "refs/tags/v100.0.0", world.head);
    return "v100.0.0";
  });
}

/** People and jobs that make a release who may not. */
export const tagAttacks: Attack<ReleasedWorld>[] = [
  {
    name: "tag-by-a-branch-pusher",
    attacker: "branch pusher",
    tries: "somebody who does not maintain the repository makes the tag of a release, on an unmerged commit",
    verdict: ruleset,
    play: async (world) => {
      const tag = await releasedTag(world);
      const sha = await commitTo(world.sandbox, "tagged-by-a-writer", { "README.md": "hostile\n" });
      const asked = makeRef(world, "refs/tags/v100.0.1", sha, people.writer);
      return `${tag} could be made by an administrator; ${await refusalOf(asked, /creations being restricted/)}`;
    },
  },
  {
    name: "tag-moved-by-a-branch-pusher",
    attacker: "branch pusher",
    tries: "the same person moves the tag of a release to an unmerged commit",
    verdict: ruleset,
    play: async (world) => {
      const tag = await releasedTag(world);
      const sha = await commitTo(world.sandbox, "moved-by-a-writer", { "README.md": "hostile\n" });
      const body = { sha, force: true };
      const asked = world.repository.ask("PATCH", `git/refs/tags/${tag}`, body, people.writer);
      return refusalOf(asked, /Cannot update this protected ref/);
    },
  },
  {
    name: "release-by-a-branch-pusher",
    attacker: "branch pusher",
    tries: "the same person publishes a release, which makes its tag",
    verdict: ruleset,
    play: async (world) => {
      const sha = await commitTo(world.sandbox, "released-by-a-writer", { "README.md": "hostile\n" });
      const body = { tag_name: "v100.0.2", target_commitish: sha };
      return refusalOf(world.repository.ask("POST", "releases", body, people.writer), /42[0-9]|403/);
    },
  },
  {
    name: "tag-by-a-job",
    attacker: "compromised action",
    tries: "a job whose token may write contents makes the tag of a release",
    verdict: ruleset,
    play: async (world) => {
      const { repository } = world;
      const body = { ref: "refs/tags/v100.0.3", sha: world.head };
      const other = { ref: "refs/tags/built-1", sha: world.head };
      const { sha } = await repository.open("tag-by-a-job", {
        [path]: workflowText("Hostile", {
          tag: {
            labels: "ubuntu-24.04",
            permissions: { contents: "write" },
            steps: [askGitHub("POST", "/git/refs", other), askGitHub("POST", "/git/refs", body)],
          },
        }),
      });
      const job = await jobOf(world, await runOf(world, sha, path), "tag", isOver);
      const log = await repository.log(job);
      const [first = "", second = ""] = [...log.matchAll(/answer (\d+ .*)$/gm)].map(([, said]) => said ?? "");
      must(first.startsWith("201"), `another tag could not be made, so nothing is proven: ${first}`);
      must(/^422.*creations being restricted/.test(second), `GitHub answers ${second}`);
      return `another tag was made; ${second}`;
    },
  },
];
