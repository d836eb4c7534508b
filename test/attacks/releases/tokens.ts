import { generateKeyPairSync, createSign } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { applyEnvironmentPath } from "../../../committed/paths";
import { stranger } from "../../../sandbox/demo/stranger";
import { Repository } from "../../../sandbox/github/repository";
import { targetRepository } from "../../../sandbox/world";
import { accepted, type Attack, held, must } from "../pullRequests/attack";
import { commitTo, type Files } from "../pullRequests/files";
import { handPaths, leakingJob, leakingWorkflow } from "./hostileWorkflows";
import { people } from "./people";
import { makeRef } from "./refs";
import { approved, isOver, jobOf, refusalOf, runOf, startByHand } from "./runs";
import { audiences, claimsIn, stolenIn } from "./stolen";
import { calledJob, stolenRelease } from "./stolenRelease";
import { assume, refusedBySts } from "./sts";
import { attacked, other, type ReleasedWorld } from "./world";

const path = ".github/workflows/hostile.yml";

/** What of the role's trust refuses, by the claim that it demands. */
const trust = (claim: string) =>
  held(`the release role's trust policy, its condition on ${claim} (releaseTrustPolicy)`);

/** The token of a job of a tag that an administrator has made on an unmerged commit, and that the reviewer has approved. */
async function tokenOfTag(world: ReleasedWorld, tag: string, job: string, files: Files) {
  const sha = await commitTo(world.sandbox, `commit-of-${tag}`, files);
  await makeRef(world, `refs/tags/${tag}`, sha);
  const ended = await approved(world, await runOf(world, sha, path), job);
  return stolenIn(await world.repository.log(ended)).tokens[audiences.aws];
}

/** A workflow to be called that asks for the environment, and gives its tokens away. */
const hostileCalled = JSON.stringify({
  name: "Hostile",
  on: { workflow_call: { inputs: { environment: { type: "string" }, commit: { type: "string" } } } },
  permissions: {},
  jobs: { apply: { ...leakingJob(attacked), labels: undefined, "runs-on": "ubuntu-24.04" } },
});

/** Tokens of GitHub that are not the committed workflow's on the default branch. */
export const tokenAttacks: Attack<ReleasedWorld>[] = [
  {
    name: "token-of-a-pull-request",
    attacker: "branch pusher",
    tries: "a pull request's own workflow takes the role with its token, without the environment",
    verdict: trust("sub"),
    play: async (world) => {
      const files = { [path]: leakingWorkflow("pull_request") };
      const { sha } = await world.repository.open("token-of-a-branch", files);
      const job = await jobOf(world, await runOf(world, sha, path), "leak", isOver);
      const { tokens } = stolenIn(await world.repository.log(job));
      return refusedBySts(world, tokens[audiences.aws], { name: "AccessDenied", claim: "sub" });
    },
  },
  {
    name: "token-of-a-tags-own-workflow",
    attacker: "maintainer",
    tries: "an allowed tag on an unmerged commit has a workflow of its own, and the reviewer approves",
    verdict: trust("job_workflow_ref"),
    play: async (world) => {
      const on = { push: { tags: ["v200.*"] } };
      const files = { [path]: leakingWorkflow(on, attacked) };
      const token = await tokenOfTag(world, "v200.0.0", "leak", files);
      return refusedBySts(world, token, { name: "AccessDenied", claim: "job_workflow_ref" });
    },
  },
  {
    name: "token-of-a-tags-changed-workflow",
    attacker: "maintainer",
    tries:
      "an allowed tag on an unmerged commit has the committed workflow changed, and the reviewer approves",
    verdict: trust("job_workflow_ref"),
    play: async (world) => {
      const call = {
        uses: `./${applyEnvironmentPath}`,
        permissions: { contents: "read", "id-token": "write" },
      };
      const caller = {
        name: "K8s Apply",
        on: { push: { tags: ["v201.*"] } },
        permissions: {},
        jobs: { call },
      };
      const files = { [path]: JSON.stringify(caller), [applyEnvironmentPath]: hostileCalled };
      const token = await tokenOfTag(world, "v201.0.0", calledJob, files);
      return refusedBySts(world, token, { name: "AccessDenied", claim: "job_workflow_ref" });
    },
  },
  {
    name: "token-of-another-workflow",
    attacker: "branch pusher",
    tries: "another workflow of the default branch names the environment, and the reviewer approves",
    verdict: trust("job_workflow_ref"),
    play: async (world) => {
      const job = await approved(world, await startByHand(world, handPaths.other), "leak");
      const { tokens } = stolenIn(await world.repository.log(job));
      return refusedBySts(world, tokens[audiences.aws], { name: "AccessDenied", claim: "job_workflow_ref" });
    },
  },
  {
    name: "token-of-another-repository",
    attacker: "fork",
    tries: "a copy of the repository has an environment of that name, which nobody protects",
    verdict: held(
      "the release role's trust policy, its conditions on repository_id and sub (releaseTrustPolicy)",
    ),
    play: async (world) => {
      const { sandbox, fork } = world;
      const copy = new Repository(sandbox.folder.github(), stranger.owner, targetRepository.name).path;
      const sha = await commitTo(sandbox, "prepared", { [path]: leakingWorkflow("push", attacked) }, copy);
      await makeRef({ repository: fork }, "refs/heads/pushed", sha, stranger.token);
      const job = await jobOf(
        { repository: fork },
        await runOf({ repository: fork }, sha, path),
        "leak",
        isOver,
      );
      const { tokens } = stolenIn(await fork.log(job));
      return refusedBySts(world, tokens[audiences.aws], { name: "AccessDenied", claim: "sub" });
    },
  },
  {
    name: "token-for-another-audience",
    attacker: "compromised action",
    tries: "an action of the job asks for a token for somebody else, who tries AWS with it",
    verdict: held(
      "the account's identity provider, which knows the audience sts.amazonaws.com alone, and the role's trust",
    ),
    play: async (world) => {
      const { tokens } = await stolenRelease(world);
      return refusedBySts(world, tokens[audiences.other], {
        name: "InvalidIdentityTokenException",
        claim: "aud",
      });
    },
  },
  {
    name: "token-of-another-environment",
    attacker: "compromised action",
    tries: "an action of the job takes the role of another environment with its token",
    verdict: trust("sub"),
    play: async (world) => {
      const { tokens } = await stolenRelease(world);
      const expected = { name: "AccessDenied", stack: other, claim: "sub" };
      return refusedBySts(world, tokens[audiences.aws], expected);
    },
  },
  {
    name: "token-that-is-forged",
    attacker: "stolen credential",
    tries: "a token with the right claims is signed by somebody else's key",
    verdict: held("STS, which verifies tokens by the keys that GitHub publishes"),
    play: async (world) => {
      const { tokens } = await stolenRelease(world);
      const [header = "", payload = ""] = (tokens[audiences.aws] ?? "").split(".");
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const signed = createSign("RSA-SHA256").update(`${header}.${payload}`).sign(privateKey, "base64url");
      return refusedBySts(world, `${header}.${payload}.${signed}`, { name: "InvalidIdentityTokenException" });
    },
  },
  {
    name: "token-replayed",
    attacker: "compromised action",
    tries: "an action of the job sends its token elsewhere, where it is used once more",
    verdict: accepted("What a thief of a release can do"),
    play: async (world) => {
      const { tokens } = await stolenRelease(world);
      const token = tokens[audiences.aws];
      const { accessKeyId } = await assume(world, token);
      must(accessKeyId !== "", "STS gave no credentials");
      return "STS gave credentials once more: a token is good for five minutes, and for this role alone";
    },
  },
  {
    name: "token-of-a-tag-called-as-the-branch",
    attacker: "maintainer",
    isAlone: true,
    tries: "a tag is called as the default branch, so that GitHub takes the called workflow from it",
    verdict: held(
      "the ruleset, by which only who maintains the repository can make it (ReleaseTags), and the release role's trust policy, its condition on job_workflow_ref",
    ),
    play: async (world) => {
      const { repository } = world;
      const sha = await commitTo(world.sandbox, "called-as-the-branch", {
        [applyEnvironmentPath]: hostileCalled,
      });
      const byWriter = makeRef(world, "refs/tags/main", sha, people.writer);
      const refused = await refusalOf(byWriter, /creations being restricted/);
      await makeRef(world, "refs/tags/main", sha);
      try {
        const run = await startByHand(world, handPaths.calls, { environment: attacked, commit: sha });
        const job = await approved(world, run, calledJob);
        const { tokens } = stolenIn(await repository.log(job));
        const claim = "job_workflow_ref";
        return `to a branch pusher: ${refused}; made by an administrator: ${await refusedBySts(world, tokens[audiences.aws], { name: "AccessDenied", claim })}`;
      } finally {
        await repository.ask("DELETE", "git/refs/tags/main");
      }
    },
  },
  {
    name: "token-that-has-expired",
    attacker: "compromised action",
    isAlone: true,
    tries: "the same token is used when its five minutes are over",
    verdict: held("the token's own time: STS takes none that has expired"),
    play: async (world) => {
      const token = (await stolenRelease(world)).tokens[audiences.aws] ?? "";
      // A second more: STS takes it until then. What comes before takes most of the time.
      await sleep(Math.max(0, (Number(claimsIn(token).exp) + 1) * 1000 - Date.now()));
      return refusedBySts(world, token, { name: "ExpiredTokenException", claim: "exp" });
    },
  },
];
