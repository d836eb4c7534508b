import type { Context } from "hono";
import type { z } from "zod";
import { notSupplied, Refusal } from "./refusal";
import type { Repository } from "./repository";
import type { Service } from "./service";
import type { State, Store, Token } from "./store";

/** What every handler finds in its context. */
export interface Environment {
  Variables: {
    directory: string;
    store: Store;
    service: Service;
    /** As it was when the request came in. */
    state: State;
    token: Token;
    /** Start of the addresses in answers: `api` as the caller wrote it, `web` of the pages for people. */
    links: { api: string; web: string };
    /** Only below /repos/{owner}/{repo}. */
    repository: Repository;
  };
}

export type GitHubContext = Context<Environment>;

/**
 * The request's JSON body.
 *
 * @throws {Refusal} 400 or 422 in GitHub's words
 */
export async function body<T>(c: GitHubContext, schema: z.ZodType<T>): Promise<T> {
  const json: unknown = await c.req.json().catch(() => {
    throw new Refusal(400, "Problems parsing JSON");
  });
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === "unrecognized_keys") {
    throw new Refusal(422, `Invalid request.\n\n"${issue.keys.join('", "')}" is not a permitted key.`);
  }
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  );
  if (value === undefined && path.length > 0) throw notSupplied(path.join("."));
  throw new Refusal(
    422,
    `Invalid request.\n\nFor 'properties/${path.join("/")}', ${issue?.message ?? "invalid"}.`,
  );
}

/**
 * Query parameters by name.
 *
 * @throws {Refusal} 501 for one that the route would have to ignore
 */
export function query<Name extends string>(
  c: GitHubContext,
  ...known: Name[]
): Partial<Record<Name, string>> {
  const given = c.req.query();
  for (const name of Object.keys(given)) {
    if (!(known as string[]).includes(name)) {
      throw new Refusal(501, `The sandbox's GitHub has no query parameter "${name}" at ${c.req.path}`);
    }
  }
  return given as Partial<Record<Name, string>>;
}

/** One page of a list, with the `Link` header that leads to the next. */
export function page<T>(c: GitHubContext, items: T[]): T[] {
  const size = Math.min(Number(c.req.query("per_page") ?? 30) || 30, 100);
  const number = Number(c.req.query("page") ?? 1) || 1;
  if (items.length > number * size) {
    const next = new URL(c.req.url);
    next.searchParams.set("page", String(number + 1));
    c.header("link", `<${next.href}>; rel="next"`);
  }
  return items.slice((number - 1) * size, number * size);
}
