import { connectGitHub } from "./github/client";
import type { GitHub } from "./github/api";
import type { Connection } from "./github/connection";

/** An input of the action that runs, as GitHub hands it over. */
export function input(name: string): string {
  return process.env[`INPUT_${name.toUpperCase()}`]?.trim() ?? "";
}

/** A variable that GitHub sets for every step. */
export function variable(name: string): string {
  return process.env[name] ?? "";
}

/** The pull request of a run; undefined in a merge group, which has none. */
export function pullRequestInput():
  { number: number; own: { head: string; run: number; attempt: number } } | undefined {
  const number = Number(input("pull-request"));
  if (!number) return undefined;
  const attempt = Number(variable("GITHUB_RUN_ATTEMPT"));
  return { number, own: { head: input("head"), run: Number(variable("GITHUB_RUN_ID")), attempt } };
}

/** GitHub, with the token of the job. */
export function githubOfJob(): GitHub {
  return connectGitHub(connectionOfJob());
}

/** Where GitHub is, and the token of the job. */
export function connectionOfJob(): Connection {
  return {
    apiUrl: variable("GITHUB_API_URL"),
    repository: variable("GITHUB_REPOSITORY"),
    token: input("token"),
  };
}

/** Page of the run that this job belongs to. */
export function runUrl(): string {
  return `${variable("GITHUB_SERVER_URL")}/${variable("GITHUB_REPOSITORY")}/actions/runs/${variable("GITHUB_RUN_ID")}`;
}

export function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
