import { type Attack, held, must } from "../pullRequests/attack";
import { commitTo } from "../pullRequests/files";
import { leakingWorkflow } from "./hostileWorkflows";
import { makeRef } from "./refs";
import { isOver, jobOf, refusedByEnvironment, runOf } from "./runs";
import { stolenIn } from "./stolen";
import { attacked, type ReleasedWorld } from "./world";

const path = ".github/workflows/hostile.yml";
const policy = held(
  "the environment's deployment policy: the default branch and the tags of releases (ProtectedEnvironment)",
);

/** Workflows that name the protected environment, from refs that may not deploy to it. */
export const environmentAttacks: Attack<ReleasedWorld>[] = [
  {
    name: "environment-named-by-a-pull-request",
    attacker: "branch pusher",
    tries: "a pull request brings a workflow whose job names the environment",
    verdict: policy,
    play: async (world) => {
      const { sha } = await world.repository.open("names-the-environment", {
        [path]: leakingWorkflow("pull_request", attacked),
      });
      return refusedByEnvironment(world, await runOf(world, sha, path), "leak");
    },
  },
  {
    name: "environment-named-by-a-branch",
    attacker: "branch pusher",
    tries: "a branch that is pushed has a workflow whose job names the environment",
    verdict: policy,
    play: async (world) => {
      const files = { [path]: leakingWorkflow("push", attacked) };
      const sha = await commitTo(world.sandbox, "prepared-branch", files);
      await makeRef(world, "refs/heads/names-it-too", sha);
      return refusedByEnvironment(world, await runOf(world, sha, path), "leak");
    },
  },
  {
    name: "environment-named-by-a-fork",
    attacker: "fork",
    tries: "a fork's pull request names the environment",
    verdict: policy,
    play: async (world) => {
      const files = { [path]: leakingWorkflow("pull_request", attacked) };
      const { sha } = await world.repository.open("fork-names-it", files, "stranger");
      return refusedByEnvironment(world, await runOf(world, sha, path), "leak");
    },
  },
  {
    name: "identity-of-a-fork",
    attacker: "fork",
    tries: "a fork's pull request asks GitHub for a token of its identity",
    verdict: held("GitHub gives a fork's job no token of its identity, whatever its permissions say"),
    play: async (world) => {
      const files = { [path]: leakingWorkflow("pull_request") };
      const { sha } = await world.repository.open("fork-asks", files, "stranger");
      const job = await jobOf(world, await runOf(world, sha, path), "leak", isOver);
      const { tokens } = stolenIn(await world.repository.log(job));
      must(Object.keys(tokens).length === 0, `it got tokens for ${Object.keys(tokens).join(", ")}`);
      return "the job has no address to ask for a token";
    },
  },
  {
    name: "tag-outside-the-policy",
    attacker: "branch pusher",
    tries:
      "a tag that is none of a release, on an unmerged commit, has a workflow whose job names the environment",
    verdict: policy,
    play: async (world) => {
      const on = { push: { tags: ["nightly-*"] } };
      const sha = await commitTo(world.sandbox, "tagged-nightly", { [path]: leakingWorkflow(on, attacked) });
      await makeRef(world, "refs/tags/nightly-1", sha);
      return refusedByEnvironment(world, await runOf(world, sha, path), "leak");
    },
  },
];
