import { Hono } from "hono";
import { z } from "zod";
import { body, query, type Environment, type GitHubContext } from "../context";
import { commit as readCommit } from "../history";
import { protectedBecause } from "../protection";
import { notFound, notSupplied, Refusal } from "../refusal";
import type { TreeEntry } from "../gitTree";
import { RefMoved, UnwritablePath, type FileChange } from "../repository";
import { contentResource, email, gitCommit } from "../resources";

/** Bytes; above the first the JSON answer has no content, above the second there is none in any form. */
const jsonLimit = 1024 * 1024;
const sizeLimit = 100 * 1024 * 1024;

const person = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });
const deletion = z.strictObject({
  message: z.string(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: person.optional(),
  committer: person.optional(),
});
const update = deletion.extend({ content: z.string() });

/** GET, PUT and DELETE of files: https://docs.github.com/rest/repos/contents */
export const contents = new Hono<Environment>();

contents.get("/contents", (c) => show(c, ""));
contents.get("/contents/", (c) => show(c, ""));
contents.get("/contents/:path{.+}", (c) => show(c, c.req.param("path")));

contents.put("/contents/:path{.+}", async (c) => {
  const path = writablePath(c, c.req.param("path"));
  const request = await body(c, update);
  const { branch, head, existing } = await writeTarget(c, path, request.branch);
  if (existing !== undefined) requireSameBlob(existing, request.sha);
  const verb = existing === undefined ? "create" : "update";
  await requireUnprotected(c, branch, verb);
  const blob = await c.var.repository.write(decode(request.content));
  const commit = await writeFile(c, branch, { ...signed(c, request), parent: head, path, blob });
  const entry = await c.var.repository.entry(commit.sha, path);
  if (entry === undefined) throw new Error(`${path} is missing from the commit ${commit.sha}`);
  const content = contentResource(c.var.links, c.var.repository, branch, entry);
  return c.json({ content, commit }, existing === undefined ? 201 : 200);
});

contents.delete("/contents/:path{.+}", async (c) => {
  const path = writablePath(c, c.req.param("path"));
  const request = await body(c, deletion);
  const { branch, head, existing } = await writeTarget(c, path, request.branch);
  if (existing === undefined) throw notFound();
  requireSameBlob(existing, request.sha);
  await requireUnprotected(c, branch, "delete");
  const commit = await writeFile(c, branch, { ...signed(c, request), parent: head, path });
  return c.json({ content: null, commit });
});

async function show(c: GitHubContext, rawPath: string) {
  const { links, repository } = c.var;
  const path = rawPath.replace(/\/+$/, "");
  const ref = query(c, "ref").ref ?? (await repository.defaultBranch());
  const commit = await repository.commit(ref);
  if (commit === undefined) throw notFound(`No commit found for the ref ${ref}`);
  const entry = path === "" ? undefined : await repository.entry(commit, path);
  if (path !== "" && entry === undefined) throw notFound();

  if (entry === undefined || entry.type === "tree") {
    const children = await repository.list(entry?.sha ?? `${commit}^{tree}`);
    const prefix = path === "" ? "" : `${path}/`;
    return c.json(
      children.map((child) =>
        contentResource(links, repository, ref, { ...child, path: prefix + child.path }),
      ),
    );
  }
  const size = entry.size ?? 0;
  if (size > sizeLimit) {
    const errors = [{ resource: "Blob", field: "data", code: "too_large" }];
    throw new Refusal(403, "The requested blob is too large to fetch via the API.", { errors });
  }
  if (c.req.header("accept")?.includes("raw")) {
    return c.body(new Uint8Array(await repository.read(entry.sha)), 200, {
      "content-type": "application/octet-stream",
    });
  }
  const resource = contentResource(links, repository, ref, entry);
  // https://github.blog/changelog/2022-05-03-increased-file-size-limit-when-retrieving-file-contents-via-rest-api
  if (size > jsonLimit) return c.json({ ...resource, encoding: "none", content: "" });
  return c.json({ ...resource, encoding: "base64", content: encode(await repository.read(entry.sha)) });
}

/** A path that this token may write to. */
function writablePath(c: GitHubContext, path: string): string {
  if (path.split("/").some((part) => ["", ".", "..", ".git"].includes(part))) {
    throw new Refusal(422, "path contains a malformed path component");
  }
  // Hidden behind 404: https://github.com/integrations/terraform-provider-github/issues/762
  if (path.startsWith(".github/workflows/") && !c.var.token.scopes.includes("workflow")) throw notFound();
  return path;
}

/** The branch as it is now, and what lies at the path. */
async function writeTarget(c: GitHubContext, path: string, requested: string | undefined) {
  const { repository } = c.var;
  const branch = (requested ?? (await repository.defaultBranch())).replace(/^refs\/heads\//, "");
  const head = await repository.object(`refs/heads/${branch}^{commit}`);
  if (head === undefined) throw notFound(`Branch ${branch} not found`);
  return { branch, head, existing: await repository.entry(head, path) };
}

// Measured on GitHub: pome-sh/digital-twins#400. A sha for a path that does not exist is ignored.
function requireSameBlob(existing: TreeEntry, sha: string | undefined): void {
  if (existing.type !== "blob") throw new Refusal(422, `Invalid request.\n\n${existing.path} is not a file.`);
  if (sha === undefined) throw notSupplied("sha");
  if (sha !== existing.sha) throw new Refusal(409, `${existing.path} does not match ${sha}`);
}

async function requireUnprotected(c: GitHubContext, branch: string, verb: "create" | "update" | "delete") {
  const found = await protectedBecause(c.var.state, c.var.repository, branch, c.var.token);
  if (found === undefined) return;
  throw new Refusal(409, found.byRuleset ? found.reason : `Could not ${verb} file: ${found.reason}`);
}

/** Message, author and committer, with GitHub's defaults. */
function signed(c: GitHubContext, { message, author, committer }: z.infer<typeof deletion>) {
  const { login } = c.var.token;
  const self = { name: login, email: email(login) };
  return { message, author: author ?? committer ?? self, committer: committer ?? self };
}

/** @throws {Refusal} 409 if another writer was faster (PyGithub/PyGithub#1961) */
async function writeFile(c: GitHubContext, branch: string, change: FileChange) {
  const { links, repository } = c.var;
  try {
    const sha = await repository.commitFile(change);
    await repository.moveRef(`refs/heads/${branch}`, change.parent, sha);
    return gitCommit(links, repository, await readCommit(repository, sha));
  } catch (error) {
    if (error instanceof UnwritablePath) {
      throw new Refusal(422, `Invalid request.\n\n${change.path} cannot be written: ${error.message}`);
    }
    if (!(error instanceof RefMoved)) throw error;
    const now = await repository.object(`refs/heads/${branch}`);
    throw new Refusal(409, `is at ${now ?? "0".repeat(40)} but expected ${change.parent}`);
  }
}

function decode(content: string): Buffer {
  const compact = content.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) throw new Refusal(422, "content is not valid Base64");
  const bytes = Buffer.from(compact, "base64");
  if (bytes.length > sizeLimit) throw new Refusal(422, "Sorry, your input was too large to process.");
  return bytes;
}

/** Base64 in lines of 60, as GitHub sends it. */
function encode(bytes: Buffer): string {
  return bytes.toString("base64").replace(/.{1,60}/g, "$&\n");
}
