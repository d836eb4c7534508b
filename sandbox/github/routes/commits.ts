import { Hono } from "hono";
import { page, query, type Environment, type GitHubContext } from "../context";
import { changedFiles, commit as readCommit, commits as readCommits, type Commit } from "../history";
import { notFound, Refusal } from "../refusal";
import { commitResource } from "../resources";

/** History: https://docs.github.com/rest/commits/commits */
export const commits = new Hono<Environment>();

commits.get("/commits", async (c) => {
  const { repository } = c.var;
  const { sha: ref = await repository.defaultBranch(), path } = query(c, "sha", "path", "per_page", "page");
  const start = await repository.commit(ref);
  if (start === undefined) throw notFound();
  const history = await readCommits(repository, start, path);
  return c.json(page(c, history).map((commit) => describe(c, commit)));
});

commits.get("/commits/:ref{.+}", async (c) => {
  const { links, repository } = c.var;
  const ref = c.req.param("ref");
  const sha = await repository.commit(ref);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  const commit = await readCommit(repository, sha);
  const files = await changedFiles(repository, sha);
  const count = (key: "additions" | "deletions" | "changes") =>
    files.reduce((sum, file) => sum + file[key], 0);
  return c.json({
    ...describe(c, commit),
    stats: { additions: count("additions"), deletions: count("deletions"), total: count("changes") },
    files: files.map((file) => ({
      ...file,
      contents_url: `${links.api}/repos/${repository.fullName}/contents/${encodeURI(file.filename)}?ref=${sha}`,
    })),
  });
});

function describe(c: GitHubContext, commit: Commit) {
  const logins = Object.values(c.var.state.tokens).map((token) => token.login);
  return commitResource(c.var.links, c.var.repository, commit, logins);
}
