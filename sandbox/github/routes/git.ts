import { Hono } from "hono";
import { z } from "zod";
import { body, query, type Environment, type GitHubContext } from "../context";
import { protectedBecause, tagProtectedBecause, type Protected } from "../protection";
import { notFound, Refusal } from "../refusal";
import { RefMoved } from "../repository";
import type { RefChange } from "../rulesets/violations";

/** Bytes; larger blobs are refused: https://docs.github.com/rest/git/blobs */
const blobLimit = 100 * 1024 * 1024;

/** Refs, trees and blobs: https://docs.github.com/rest/git */
export const git = new Hono<Environment>();

git.get("/git/ref/:ref{.+}", async (c) => {
  const ref = `refs/${c.req.param("ref")}`;
  const sha = await c.var.repository.object(ref);
  if (sha === undefined) throw notFound();
  return c.json(await describe(c, ref, sha));
});

git.post("/git/refs", async (c) => {
  const { repository } = c.var;
  const { ref, sha } = await body(c, z.strictObject({ ref: z.string(), sha: z.string() }));
  if (!/^refs\/[^/]+\/./.test(ref) || !(await repository.isRefName(ref))) {
    throw new Refusal(422, `${ref} is not a valid ref name.`);
  }
  await requireObject(c, ref, sha);
  const found = await protectedFrom(c, ref, { kind: "create" });
  if (found !== undefined) throw new Refusal(422, found.reason);
  await moved(repository.moveRef(ref, undefined, sha), "Reference already exists");
  return c.json(await describe(c, ref, sha), 201);
});

git.patch("/git/refs/:ref{.+}", async (c) => {
  const { repository } = c.var;
  const request = await body(c, z.strictObject({ sha: z.string(), force: z.boolean().optional() }));
  const { ref, sha: from } = await existingRef(c, c.req.param("ref"));
  await requireObject(c, ref, request.sha);
  const forward = await repository.isAncestor(from, request.sha);
  if (!request.force && !forward) throw new Refusal(422, "Update is not a fast forward");
  const found =
    (await protectedFrom(c, ref, { kind: "write" })) ??
    (forward ? undefined : await protectedFrom(c, ref, { kind: "force" }));
  if (found !== undefined) throw new Refusal(422, found.reason);
  await moved(repository.moveRef(ref, from, request.sha), "Reference cannot be updated");
  return c.json(await describe(c, ref, request.sha));
});

git.delete("/git/refs/:ref{.+}", async (c) => {
  const { repository } = c.var;
  const { ref, sha } = await existingRef(c, c.req.param("ref"));
  const found = await protectedFrom(c, ref, { kind: "delete" });
  if (found !== undefined)
    throw new Refusal(422, found.byRuleset ? found.reason : "Cannot delete a protected branch");
  await moved(repository.deleteRef(ref, sha), "Reference cannot be deleted");
  return c.body(null, 204);
});

git.get("/git/trees/:tree{.+}", async (c) => {
  const { links, repository } = c.var;
  const { recursive } = query(c, "recursive");
  const name = c.req.param("tree");
  const revision = (await repository.commit(name)) ?? name;
  const sha = await repository.object(`${revision}^{tree}`);
  if (sha === undefined) throw notFound();
  const url = `${links.api}/repos/${repository.fullName}/git`;
  const tree = (await repository.list(sha, recursive !== undefined)).map((entry) => ({
    ...entry,
    url: `${url}/${entry.type}s/${entry.sha}`,
  }));
  return c.json({ sha, url: `${url}/trees/${sha}`, tree, truncated: false });
});

git.get("/git/blobs/:sha", async (c) => {
  const { links, repository } = c.var;
  const sha = c.req.param("sha");
  const { type, size } = (await repository.find(sha)) ?? {};
  if (type !== "blob" || size === undefined) throw notFound();
  if (size > blobLimit) throw new Refusal(403, "The requested blob is too large to fetch via the API.");
  const content = (await repository.read(sha)).toString("base64");
  const url = `${links.api}/repos/${repository.fullName}/git/blobs/${sha}`;
  return c.json({ sha, size, url, encoding: "base64", content: content.replace(/.{1,60}/g, "$&\n") });
});

async function protectedFrom(
  c: GitHubContext,
  ref: string,
  change: RefChange,
): Promise<Protected | undefined> {
  if (ref.startsWith("refs/tags/")) {
    const reason = tagProtectedBecause(c.var.state, c.var.repository, ref, c.var.token, change);
    return reason === undefined ? undefined : { reason, byRuleset: true };
  }
  // Nothing here holds up a new branch.
  if (change.kind === "create") return undefined;
  const branch = ref.replace(/^refs\/heads\//, "");
  return protectedBecause(c.var.state, c.var.repository, branch, c.var.token, change);
}

async function existingRef(c: GitHubContext, name: string): Promise<{ ref: string; sha: string }> {
  const ref = `refs/${name}`;
  const sha = await c.var.repository.object(ref);
  if (sha === undefined) throw new Refusal(422, "Reference does not exist");
  return { ref, sha };
}

/** A tag may be of a tag object, a branch is always at a commit. */
async function requireObject(c: GitHubContext, ref: string, sha: string): Promise<void> {
  if (!/^[0-9a-f]{40}$/.test(sha)) throw new Refusal(422, "The sha parameter must be exactly 40 characters.");
  const types = ref.startsWith("refs/tags/") ? ["commit", "tag"] : ["commit"];
  if (!types.includes((await c.var.repository.find(sha))?.type ?? ""))
    throw new Refusal(422, "Object does not exist");
}

/** Answers a lost race in the words that fit it. */
async function moved(change: Promise<void>, message: string): Promise<void> {
  try {
    await change;
  } catch (error) {
    throw error instanceof RefMoved ? new Refusal(422, message) : error;
  }
}

async function describe(c: GitHubContext, ref: string, sha: string) {
  const { links, repository } = c.var;
  const url = `${links.api}/repos/${repository.fullName}/git`;
  const type = (await repository.find(sha))?.type ?? "commit";
  return { ref, url: `${url}/${ref}`, object: { type, sha, url: `${url}/${type}s/${sha}` } };
}
