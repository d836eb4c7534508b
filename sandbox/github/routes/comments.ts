import { Hono } from "hono";
import { z } from "zod";
import { timestamp } from "../clock";
import { bodyLimit, commentResource, type Comment } from "../comments";
import { body, page, query, type Environment, type GitHubContext } from "../context";
import { notFound, Refusal } from "../refusal";
import { existing } from "./pullRequests";

const text = z.object({ body: z.string() });

/** Comments on pull requests: https://docs.github.com/rest/issues/comments */
export const comments = new Hono<Environment>();

comments.get("/issues/:number/comments", (c) => {
  const { since } = query(c, "since", "per_page", "page");
  const { number } = existing(c);
  const found = c.var.service.comments
    .all()
    .filter(({ repository, issue }) => repository === c.var.repository.fullName && issue === number)
    .filter(({ updatedAt }) => since === undefined || updatedAt >= since);
  return c.json(page(c, found).map((comment) => commentResource(c.var.links, comment)));
});

comments.post("/issues/:number/comments", async (c) => {
  const { repository, service, token } = c.var;
  const { number } = existing(c);
  const written = await bodyOf(c);
  const now = timestamp(service.clock);
  const comment = service.comments.add((id) => ({
    id,
    repository: repository.fullName,
    issue: number,
    login: token.login,
    body: written,
    createdAt: now,
    updatedAt: now,
  }));
  await tell(c, comment, "created");
  return c.json(commentResource(c.var.links, comment), 201);
});

comments.get("/issues/comments/:id", (c) => c.json(commentResource(c.var.links, found(c))));

comments.patch("/issues/comments/:id", async (c) => {
  const comment = found(c);
  comment.body = await bodyOf(c);
  comment.updatedAt = timestamp(c.var.service.clock);
  c.var.service.comments.save(comment);
  await tell(c, comment, "edited");
  return c.json(commentResource(c.var.links, comment));
});

comments.delete("/issues/comments/:id", async (c) => {
  const comment = found(c);
  c.var.service.comments.delete(comment);
  await tell(c, comment, "deleted");
  return c.body(null, 204);
});

function found(c: GitHubContext): Comment {
  const comment = c.var.service.comments.get(Number(c.req.param("id")));
  if (comment?.repository !== c.var.repository.fullName) throw notFound();
  return comment;
}

async function bodyOf(c: GitHubContext): Promise<string> {
  const { body: written } = await body(c, text);
  const problem =
    written.trim() === ""
      ? "body can't be blank"
      : [...written].length > bodyLimit
        ? `body is too long (maximum is ${bodyLimit} characters)`
        : undefined;
  if (problem === undefined) return written;
  const errors = [{ resource: "IssueComment", code: "unprocessable", field: "data", message: problem }];
  throw new Refusal(422, "Validation Failed", { errors });
}

function tell(c: GitHubContext, comment: Comment, action: string): Promise<void> {
  const { repository, service, token } = c.var;
  const payload = {
    action,
    issue: { number: comment.issue },
    comment: commentResource(service.links(), comment),
  };
  return service.emit({ name: "issue_comment", repository, sender: token.login, payload });
}
