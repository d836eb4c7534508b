import { Hono } from "hono";
import type { Environment } from "../context";
import { timestamp } from "../clock";
import { commit as readCommit } from "../history";
import { Refusal } from "../refusal";
import { email, gitCommit } from "../resources";
import { existing } from "./pullRequests";

/**
 * A way to enqueue that GitHub does not have: there the button is for people, and the API is GraphQL. What follows is
 * GitHub's: https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 */
export const mergeQueue = new Hono<Environment>();

mergeQueue.post("/pulls/:number/merge-queue", async (c) => {
  const { links, repository, service, token } = c.var;
  const pull = existing(c);
  await service.pullRequests.follow();
  if (pull.mergeCommitSha === null) throw new Refusal(405, "Pull Request is not mergeable");
  const name = `gh-readonly-queue/${pull.base}/pr-${pull.number}-${pull.baseSha}`;
  const person = { name: token.login, email: email(token.login), date: timestamp(service.clock) };
  const head = await repository.commitTree(`${pull.mergeCommitSha}^{tree}`, [pull.baseSha, pull.headSha], {
    message: `Merge pull request #${pull.number} from ${pull.headRepository.split("/")[0]}/${pull.head}\n\n${pull.title}\n`,
    author: person,
    committer: person,
  });
  await repository.git(["update-ref", `refs/heads/${name}`, head]);
  const group = {
    head_sha: head,
    head_ref: `refs/heads/${name}`,
    base_sha: pull.baseSha,
    base_ref: `refs/heads/${pull.base}`,
    head_commit: gitCommit(links, repository, await readCommit(repository, head)),
  };
  await service.emit({
    name: "merge_group",
    repository,
    sender: token.login,
    payload: { action: "checks_requested", merge_group: group },
  });
  return c.json(group, 201);
});
