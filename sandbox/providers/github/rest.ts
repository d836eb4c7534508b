import { setTimeout as sleep } from "node:timers/promises";

/** How GitHub is called; what the real provider's legacy client is configured with. */
export interface RestSettings {
  /** Where the REST API is, ending in a slash. */
  url: string;
  token?: string;
  maxRetries: number;
  retryDelayMs: number;
  /** HTTP status codes that are tried again. */
  retryableErrors: number[];
  writeDelayMs: number;
  readDelayMs: number;
  parallelRequests: boolean;
}

/** There was no answer: the connection broke, and nobody knows what became of the request. */
export class NoAnswer extends Error {}

/** An answer of GitHub that is not a success. */
export class GitHubError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * GitHub's REST API, called one request after the other, with a pause after each write.
 * Source: integrations/terraform-provider-github:github/transport.go.
 */
export class Rest {
  private last: Promise<unknown> = Promise.resolve();
  private pauseMs = 0;

  constructor(private readonly settings: RestSettings) {}

  /**
   * Tries again what `retryableErrors` names, and whatever got no answer, writes too: GitHub may then have done a thing
   * already that it is asked for once more.
   *
   * @param path below the REST API, without a leading slash
   * @throws GitHubError on every status of 400 and more
   */
  async call<T>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<T> {
    for (let retry = 0; ; retry++) {
      try {
        return await this.inTurn(method, () => this.send<T>(method, path, body));
      } catch (error) {
        const isRetryable =
          error instanceof GitHubError
            ? this.settings.retryableErrors.includes(error.status)
            : error instanceof NoAnswer;
        if (!isRetryable || retry >= this.settings.maxRetries) throw error;
      }
      await sleep(this.settings.retryDelayMs);
    }
  }

  private inTurn<T>(method: string, request: () => Promise<T>): Promise<T> {
    if (this.settings.parallelRequests) return request();
    const turn = this.last.then(async () => {
      await sleep(this.pauseMs);
      this.pauseMs = method === "GET" ? this.settings.readDelayMs : this.settings.writeDelayMs;
      return request();
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async send<T>(method: string, path: string, body: unknown): Promise<T> {
    const url = new URL(path, this.settings.url);
    const headers = {
      accept: "application/vnd.github.v3+json",
      ...(this.settings.token ? { authorization: `Bearer ${this.settings.token}` } : {}),
      ...(body ? { "content-type": "application/json" } : {}),
    };
    const { response, text } = await exchange(url, {
      method,
      headers,
      body: body ? JSON.stringify(body) : undefined,
    });
    const pause = rateLimitPause(response, text);
    if (pause !== undefined) {
      await sleep(pause);
      return this.send(method, path, body);
    }
    if (!response.ok) throw new GitHubError(response.status, explain(method, url, response.status, text));
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}

/** @throws NoAnswer */
async function exchange(url: URL, request: RequestInit): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, request);
    return { response, text: await response.text() };
  } catch (error) {
    throw new NoAnswer(`${request.method ?? ""} ${url.href}: EOF`, { cause: error });
  }
}

/**
 * Milliseconds that GitHub wants a client to wait, which the real provider does however often it is told: the secondary
 * limit by its page of documentation, the primary one by what remains (google/go-github:github/github.go, `CheckResponse`).
 */
function rateLimitPause({ status, headers }: Response, text: string): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  if (/"documentation_url":\s*"[^"]*(?:#abuse|secondary)-rate-limits"/.test(text))
    return Number(headers.get("retry-after") ?? 0) * 1000;
  if (headers.get("x-ratelimit-remaining") !== "0") return undefined;
  return Math.max(Number(headers.get("x-ratelimit-reset") ?? 0) * 1000 - Date.now(), 0);
}

/** What a call gives, or undefined where GitHub answers that there is no such thing. */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return undefined;
    throw error;
  }
}

/** In the shape of google/go-github:github/github.go (`ErrorResponse.Error`). */
function explain(method: string, url: URL, status: number, text: string): string {
  const { message = text, errors = [] } = parsed(text);
  const details = errors.map((error) => {
    const {
      resource = "",
      field = "",
      code = "",
      message: about = "",
    } = typeof error === "string" ? { message: error } : error;
    return `{Resource:${resource} Field:${field} Code:${code} Message:${about}}`;
  });
  return `${method} ${url.href}: ${String(status)} ${message} [${details.join(" ")}]`;
}

interface ErrorBody {
  message?: string;
  errors?: (string | { resource?: string; field?: string; code?: string; message?: string })[];
}

function parsed(text: string): ErrorBody {
  try {
    return JSON.parse(text) as ErrorBody;
  } catch {
    // Not JSON: the text itself says what is wrong.
    return {};
  }
}
