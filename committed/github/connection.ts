import { request } from "@octokit/request";
import { conditional } from "./conditional";

/** Longest wait for an answer, in milliseconds: what was looked at before a write must still be so. */
const longestAnswer = 10_000;

/** Most pages of a list that are read; a page has 100 entries. */
const mostPages = 30;

/** Where GitHub is, and whose jobs ask it. */
export interface Connection {
  /** Such as `https://api.github.com`. */
  apiUrl: string;
  /** `owner/name`. */
  repository: string;
  token: string;
}

/** Requests to GitHub's API with a job's token, and what names its repository in them. A request is sent once. */
export function connect({ apiUrl, repository, token }: Connection) {
  const [owner = "", repo = ""] = repository.split("/");
  const fetchOnce = conditional((url, options) =>
    fetch(url, { ...options, signal: AbortSignal.timeout(longestAnswer) }),
  );
  const api = request.defaults({
    baseUrl: apiUrl,
    headers: { authorization: `Bearer ${token}`, "x-github-api-version": "2022-11-28" },
    request: { fetch: fetchOnce },
  });
  return { api, here: { owner, repo } };
}

/** A list of which GitHub gives a page of 100 entries at a time. */
export async function pages<T>(read: (page: number) => Promise<T[]>, most = mostPages): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= most; page += 1) {
    const some = await read(page);
    all.push(...some);
    if (some.length < 100) break;
  }
  return all;
}

/** An answer, or undefined where GitHub says that there is no such thing. */
export async function unlessAbsent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if ((error as { status?: number }).status === 404) return undefined;
    throw error;
  }
}
