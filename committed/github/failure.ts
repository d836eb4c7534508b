/** What a request that failed means for the one who sent it. */
export type Failure =
  /** It may go through when it is sent again, after so many seconds if GitHub said how many. */
  | { kind: "again"; seconds?: number }
  /** The token may not do it. */
  | { kind: "forbidden" }
  /** It never will. */
  | { kind: "final" };

interface ApiError {
  status?: number;
  message?: string;
  response?: { headers?: Record<string, string | number | undefined> };
}

/**
 * Reads an error of `@octokit/request`, for which an answer that never came is a 500.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function failureOf(error: unknown): Failure {
  const { status, message = "", response } = error as ApiError;
  if (status === undefined) return { kind: "final" };
  if (status >= 500) return { kind: "again" };
  const headers = response?.headers ?? {};
  const isLimit =
    status === 429 ||
    (status === 403 &&
      (headers["retry-after"] !== undefined ||
        String(headers["x-ratelimit-remaining"]) === "0" ||
        /rate limit/i.test(message)));
  if (isLimit) return { kind: "again", seconds: secondsOfLimit(headers) };
  return { kind: status === 403 ? "forbidden" : "final" };
}

function secondsOfLimit(headers: Record<string, string | number | undefined>): number {
  const after = Number(headers["retry-after"]);
  if (after >= 0) return after;
  const untilReset = Number(headers["x-ratelimit-reset"]) - Date.parse(String(headers.date)) / 1000;
  const isUsedUp = String(headers["x-ratelimit-remaining"]) === "0";
  // GitHub asks for a minute at least where it names no time.
  return isUsedUp && untilReset >= 0 ? Math.ceil(untilReset) : 60;
}

/** An error in one line, for a log. */
export function messageOf(error: unknown): string {
  const { status, message } = error as ApiError;
  return `${status === undefined ? "" : `${String(status)} `}${(message ?? String(error)).replace(/\s+/g, " ")}`;
}
