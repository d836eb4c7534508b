import { Refusal } from "./refusal";

/** Requests an hour that GitHub grants a user's token: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const limit = 5000;
const windowSeconds = 3600;

/** The primary rate limit, counted by token. */
export class RateLimit {
  private readonly windows = new Map<string, { used: number; reset: number }>();

  /** @param now seconds since 1970 */
  constructor(private readonly now = () => Math.floor(Date.now() / 1000)) {}

  /**
   * Counts one request.
   *
   * @returns the headers that tell the caller where they stand
   */
  count(token: string): { headers: Record<string, string>; exceeded: boolean } {
    let window = this.windows.get(token);
    if (window === undefined || window.reset <= this.now()) {
      window = { used: 0, reset: this.now() + windowSeconds };
      this.windows.set(token, window);
    }
    const exceeded = window.used >= limit;
    if (!exceeded) window.used += 1;
    return {
      exceeded,
      headers: {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(limit - window.used),
        "x-ratelimit-used": String(window.used),
        "x-ratelimit-reset": String(window.reset),
        "x-ratelimit-resource": "core",
      },
    };
  }
}

export const rateLimitExceeded = (login: string) =>
  new Refusal(403, `API rate limit exceeded for user ${login}.`);
