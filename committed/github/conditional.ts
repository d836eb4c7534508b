type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/**
 * Asks again for what was read before only whether it has changed: an answer 304 does not count against the limit of
 * requests, which all jobs of a repository share.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
 */
export function conditional(fetch: Fetch): Fetch {
  const known = new Map<string, { tag: string; body: string }>();
  return async (url, options) => {
    if ((options.method ?? "GET") !== "GET") return fetch(url, options);
    const before = known.get(url);
    const headers = new Headers(options.headers);
    if (before) headers.set("if-none-match", before.tag);
    const response = await fetch(url, { ...options, headers });
    if (response.status === 304 && before) {
      return new Response(before.body, { status: 200, headers: answerHeaders(response) });
    }
    const tag = response.headers.get("etag");
    if (response.status !== 200 || tag === null) return response;
    const body = await response.text();
    known.set(url, { tag, body });
    return new Response(body, { status: 200, headers: answerHeaders(response) });
  };
}

/** The body is decoded already, and has another length. */
function answerHeaders(response: Response): Headers {
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  if (!headers.has("content-type")) headers.set("content-type", "application/json; charset=utf-8");
  return headers;
}
