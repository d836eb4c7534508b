import { CannotLook } from "./lookup";

/** Seconds after which GitHub is taken not to answer. */
const patienceSeconds = 20;

/** GitHub's REST API, for reading. https://docs.github.com/rest */
export class GitHub {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string | undefined,
    private readonly send: typeof fetch = fetch,
  ) {}

  /**
   * An answer of GitHub's, or nothing where it says that the thing is not there.
   * @param permission what a token needs for it, as the settings of a token name it
   * @throws CannotLook for any other answer
   */
  async get<T>(path: string, permission: string): Promise<T | undefined> {
    if (this.token === undefined) {
      throw new CannotLook(`needs a GitHub token with ${permission}`, "export GITHUB_TOKEN=...");
    }
    const response = await this.ask(path, this.token);
    if (response.status === 404) return undefined;
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    const message = `GET ${path} answers ${String(response.status)} ${messageOf(text)}`;
    if (response.status === 401 || response.status === 403) {
      throw new CannotLook(`needs permission ${permission}: ${message}`, "export GITHUB_TOKEN=...");
    }
    throw new CannotLook(message);
  }

  private async ask(path: string, token: string): Promise<Response> {
    try {
      return await this.send(this.baseUrl.replace(/\/$/, "") + path, {
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${token}`,
          "x-github-api-version": "2022-11-28",
        },
        signal: AbortSignal.timeout(patienceSeconds * 1_000),
      });
    } catch (error) {
      const { message, cause } = error as Error;
      throw new CannotLook(`GitHub was not reached: ${cause instanceof Error ? cause.message : message}`);
    }
  }
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? "";
  } catch {
    return "";
  }
}
