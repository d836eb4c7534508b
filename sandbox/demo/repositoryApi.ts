import { githubToken } from "../environment";
import type { SandboxState } from "../folder";

/** GitHub's API about one repository (https://docs.github.com/rest/repos). */
export class RepositoryApi {
  /** Of GitHub's pages and of its API. */
  readonly origin: string;

  constructor(
    { ports }: SandboxState,
    private readonly signal: AbortSignal,
    private readonly repository: { owner: string; name: string },
  ) {
    this.origin = `http://127.0.0.1:${String(ports.github)}`;
  }

  /**
   * What GitHub answers, parsed.
   * @throws Error if it refuses
   */
  async ask<T>(method: string, path: string, body?: object, token?: string): Promise<T> {
    return (await (await this.answer(method, path, body, token)).json()) as T;
  }

  /**
   * @param path below the repository's
   * @param token of whoever asks. @default that of somebody who sees everything
   * @throws Error if GitHub refuses
   */
  async answer(method: string, path: string, body?: object, token = githubToken): Promise<Response> {
    const { owner, name } = this.repository;
    const answer = await fetch(`${this.origin}/repos/${owner}/${name}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
      signal: this.signal,
    });
    if (!answer.ok)
      throw new Error(`${method} ${path}: GitHub answers ${String(answer.status)} ${await answer.text()}`);
    return answer;
  }
}
