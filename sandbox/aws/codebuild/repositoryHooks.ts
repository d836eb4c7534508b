import { randomInt } from "node:crypto";
import { AwsError } from "../error";
import type { WebhookFilter } from "./shapes";

/** A repository's hook, as CodeBuild makes it on GitHub. */
export interface RepositoryHook {
  /** Where GitHub is to send events. */
  url: string;
  /** Key of the signature. */
  secret: string;
  /** GitHub's names of events, such as `workflow_job`. */
  events: string[];
}

/** CodeBuild's way to the hooks of a repository, `owner/name`. */
export interface RepositoryHooks {
  /** @returns GitHub's id of the hook */
  create(repository: string, hook: RepositoryHook): Promise<number>;
  update(repository: string, id: number, hook: RepositoryHook): Promise<void>;
  /** A hook that is gone already is no failure. */
  delete(repository: string, id: number): Promise<void>;
}

/** Where there is no GitHub, in tests of AWS alone: hooks get a number and nothing else. */
export const noHooks: RepositoryHooks = {
  create: () => Promise.resolve(randomInt(100_000_000, 999_999_999)),
  update: () => Promise.resolve(),
  delete: () => Promise.resolve(),
};

/**
 * Hooks through GitHub's REST API: https://docs.github.com/rest/repos/webhooks
 *
 * @param url of the API
 */
export function gitHubHooks({ url, token }: { url: string; token: string }): RepositoryHooks {
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/repos/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok || (method === "DELETE" && response.status === 404)) return response;
    // https://github.com/rust-lang/simpleinfra/pull/677
    throw new AwsError(
      "OAuthProviderException",
      `Failed to create webhook. Repository not found or permission denied. (GitHub answered ${String(response.status)}: ${await response.text()})`,
    );
  };
  return {
    create: async (repository, hook) => {
      const response = await ask("POST", `${repository}/hooks`, { name: "web", ...settings(hook) });
      return ((await response.json()) as { id: number }).id;
    },
    update: async (repository, id, hook) => {
      await ask("PATCH", `${repository}/hooks/${String(id)}`, settings(hook));
    },
    delete: async (repository, id) => {
      await ask("DELETE", `${repository}/hooks/${String(id)}`);
    },
  };
}

function settings({ url, secret, events }: RepositoryHook): object {
  return { active: true, events, config: { url, content_type: "json", secret, insecure_ssl: "0" } };
}

/**
 * The events of GitHub that the filters speak of; without filters CodeBuild hears pushes and pull requests.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html
 */
export function hookEvents(filterGroups: WebhookFilter[][]): string[] {
  const filters = filterGroups.flat().filter(({ type }) => type === "EVENT");
  if (filters.length === 0) return ["push", "pull_request"];
  const names = filters.flatMap(({ pattern }) => pattern.split(",").map((name) => gitHubEvent(name.trim())));
  return [...new Set(names)];
}

function gitHubEvent(name: string): string {
  if (name === "WORKFLOW_JOB_QUEUED") return "workflow_job";
  if (name === "PUSH") return "push";
  return name.startsWith("PULL_REQUEST_") ? "pull_request" : "release";
}
