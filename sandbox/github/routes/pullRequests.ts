import { Hono } from "hono";
import { z } from "zod";
import { body, page, query, type Environment, type GitHubContext } from "../context";
import { mergePullRequest } from "../pullRequests/merge";
import type { PullRequest } from "../pullRequests/pullRequest";
import { notFound, Refusal } from "../refusal";

/** A longer list of files is cut: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const filesLimit = 3000;

const creation = z.object({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
  head_repo: z.string().optional(),
});

const change = z.object({
  title: z.string().optional(),
  body: z.string().optional(),
  base: z.string().optional(),
  state: z.enum(["open", "closed"]).optional(),
});

const merging = z.object({
  sha: z.string().optional(),
  merge_method: z.enum(["merge", "squash"]).optional(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});

/** Pull requests: https://docs.github.com/rest/pulls/pulls */
export const pullRequests = new Hono<Environment>();

pullRequests.post("/pulls", async (c) => {
  const { repository, service, token } = c.var;
  const request = await body(c, creation);
  // `owner:branch` names a fork, which has the repository's own name.
  const [owner, branch] = request.head.includes(":")
    ? request.head.split(":")
    : [repository.owner, request.head];
  const pull = await service.pullRequests.open({
    repository: repository.fullName,
    headRepository: request.head_repo ?? `${owner}/${repository.name}`,
    head: branch ?? "",
    base: request.base,
    title: request.title,
    body: request.body ?? null,
    draft: request.draft ?? false,
    login: token.login,
  });
  return c.json(await describe(c, pull), 201);
});

pullRequests.get("/pulls", async (c) => {
  const {
    state = "open",
    head,
    base,
    sort,
    direction,
  } = query(c, ...(["state", "head", "base", "sort", "direction", "per_page", "page"] as const));
  if ((sort ?? "created") !== "created")
    throw new Refusal(501, "The sandbox's GitHub lists pull requests by the time of their making only.");
  const found = c.var.service.pullRequests
    .of(c.var.repository.fullName)
    .filter((pull) => state === "all" || pull.state === state)
    .filter((pull) => base === undefined || pull.base === base)
    .filter((pull) => head === undefined || `${pull.headRepository.split("/")[0]}:${pull.head}` === head);
  const sorted = direction === "asc" ? found.reverse() : found;
  return c.json(await Promise.all(page(c, sorted).map((pull) => describe(c, pull))));
});

pullRequests.get("/pulls/:number", async (c) => c.json(await describe(c, existing(c))));

pullRequests.patch("/pulls/:number", async (c) => {
  const pull = existing(c);
  await c.var.service.pullRequests.edit(pull, c.var.token.login, await body(c, change));
  return c.json(await describe(c, pull));
});

pullRequests.get("/pulls/:number/files", async (c) => {
  query(c, "per_page", "page");
  const { links, repository, service } = c.var;
  const pull = existing(c);
  const files = (await service.pullRequests.files(pull)).slice(0, filesLimit);
  const contents = `${links.api}/repos/${repository.fullName}/contents`;
  return c.json(
    page(c, files).map((file) => ({
      ...file,
      contents_url: `${contents}/${encodeURI(file.filename)}?ref=${pull.headSha}`,
    })),
  );
});

pullRequests.put("/pulls/:number/merge", async (c) => {
  const request = await body(c, merging);
  const sha = await mergePullRequest(c, existing(c), {
    sha: request.sha,
    squash: request.merge_method === "squash",
    title: request.commit_title,
    message: request.commit_message,
  });
  return c.json({ sha, merged: true, message: "Pull Request successfully merged" });
});

/** The pull request that the address names. */
export function existing(c: GitHubContext): PullRequest {
  const number = Number(c.req.param("number"));
  const pull = c.var.service.pullRequests.find(c.var.repository.fullName, number);
  if (pull === undefined) throw notFound();
  return pull;
}

function describe(c: GitHubContext, pull: PullRequest) {
  return c.var.service.pullRequests.resource(pull, c.var.links);
}
