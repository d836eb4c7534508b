import { Hono } from "hono";
import { timestamp } from "../clock";
import { body, page, query, type Environment, type GitHubContext } from "../context";
import { tagProtectedBecause } from "../protection";
import { notFound, Refusal } from "../refusal";
import { releaseChange, releaseRequest, releaseResource, type Release } from "../releases/release";

/** Releases: https://docs.github.com/rest/releases/releases */
export const releases = new Hono<Environment>();

releases.get("/releases", (c) => {
  query(c, "per_page", "page");
  return c.json(page(c, all(c)).map((release) => releaseResource(c.var.links, release)));
});

releases.get("/releases/tags/:tag{.+}", (c) => {
  const found = all(c).find(({ tagName, draft }) => tagName === c.req.param("tag") && !draft);
  if (!found) throw notFound();
  return c.json(releaseResource(c.var.links, found));
});

releases.get("/releases/:id", (c) => c.json(releaseResource(c.var.links, existing(c))));

releases.post("/releases", async (c) => {
  const { repository, service, token, links } = c.var;
  const request = await body(c, releaseRequest);
  const { tag_name: tagName, draft = false } = request;
  if (all(c).some((release) => release.tagName === tagName)) throw invalid({ code: "already_exists" });
  const targetCommitish = request.target_commitish ?? (await repository.defaultBranch());
  if (!draft) await requireTag(c, tagName, targetCommitish);
  const now = timestamp(service.clock);
  const made = service.releases.add((id) => ({
    id,
    repository: repository.fullName,
    tagName,
    targetCommitish,
    name: request.name ?? "",
    body: request.body ?? "",
    draft,
    prerelease: request.prerelease ?? false,
    login: token.login,
    createdAt: now,
    publishedAt: draft ? null : now,
  }));
  if (!draft) await tellPublished(c, made);
  return c.json(releaseResource(links, made), 201);
});

releases.patch("/releases/:id", async (c) => {
  const { service, links } = c.var;
  const release = existing(c);
  const change = await body(c, releaseChange);
  const publishes = release.draft && change.draft === false;
  const tagName = change.tag_name ?? release.tagName;
  const targetCommitish = change.target_commitish ?? release.targetCommitish;
  if (publishes || (!release.draft && tagName !== release.tagName))
    await requireTag(c, tagName, targetCommitish);
  Object.assign(release, {
    tagName,
    targetCommitish,
    name: change.name ?? release.name,
    body: change.body ?? release.body,
    draft: change.draft ?? release.draft,
    prerelease: change.prerelease ?? release.prerelease,
    ...(publishes ? { publishedAt: timestamp(service.clock) } : {}),
  });
  service.releases.save(release);
  if (publishes) await tellPublished(c, release);
  else if (!release.draft) await tell(c, release, "edited");
  return c.json(releaseResource(links, release));
});

releases.delete("/releases/:id", (c) => {
  c.var.service.releases.delete(existing(c));
  return c.body(null, 204);
});

/** Makes the tag where there is none. */
async function requireTag(c: GitHubContext, tagName: string, target: string): Promise<void> {
  const { repository, state, token } = c.var;
  const ref = `refs/tags/${tagName}`;
  if ((await repository.object(ref)) !== undefined) return;
  const reason = tagProtectedBecause(state, repository, ref, token, { kind: "create" });
  // https://github.com/googleapis/release-please-action/issues/1194
  if (reason !== undefined)
    throw invalid(
      { code: "custom", field: "pre_receive", message: `pre_receive ${reason}` },
      { code: "custom", message: "Published releases must have a valid tag" },
    );
  const commit = await repository.commit(target);
  if (commit === undefined) throw invalid({ code: "invalid", field: "target_commitish" });
  if (!(await repository.isRefName(ref))) throw invalid({ code: "invalid", field: "tag_name" });
  await repository.moveRef(ref, undefined, commit);
}

/** A release that is published was made too: https://docs.github.com/webhooks/webhook-events-and-payloads#release */
async function tellPublished(c: GitHubContext, release: Release): Promise<void> {
  for (const action of ["created", "published", release.prerelease ? "prereleased" : "released"])
    await tell(c, release, action);
}

function tell(c: GitHubContext, release: Release, action: string): Promise<void> {
  const { service, repository, token, links } = c.var;
  const payload = { action, release: releaseResource(links, release) };
  return service.emit({ name: "release", repository, sender: token.login, payload });
}

function all(c: GitHubContext): Release[] {
  const { service, repository } = c.var;
  const here = service.releases.all().filter((release) => release.repository === repository.fullName);
  // The newest first.
  return here.reverse();
}

function existing(c: GitHubContext): Release {
  const found = all(c).find(({ id }) => id === Number(c.req.param("id")));
  if (!found) throw notFound();
  return found;
}

function invalid(...errors: { code: string; field?: string; message?: string }[]): Refusal {
  return new Refusal(422, "Validation Failed", {
    errors: errors.map((error) => ({ resource: "Release", ...error })),
  });
}
