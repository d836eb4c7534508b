import { randomUUID } from "node:crypto";
import type { Job, Run } from "../actions/run";
import type { Claims } from "../../openIdConnect/signingKey";

/** Where GitHub's tokens come from, in the token. */
const issuer = "https://token.actions.githubusercontent.com";

/** Seconds that a token is good for: GitHub's have five minutes. */
const lifetime = 300;

/**
 * Claims of a job's token: https://docs.github.com/actions/reference/openid-connect-reference#oidc-token-claims
 * Every repository here is a new one, whose subject carries the numbers:
 * https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
 */
export function claimsOf(run: Run, job: Job, audience: string | undefined, now: number): Claims {
  const { github } = run;
  const text = (name: string) => github[name] ?? "";
  const owner = text("repository_owner");
  return {
    iss: issuer,
    aud: audience ?? `https://github.com/${owner}`,
    sub: subject(run, job),
    jti: randomUUID(),
    iat: now,
    nbf: now,
    exp: now + lifetime,
    ...Object.fromEntries(copied.map((name) => [name, text(name)])),
    repository_visibility: "private",
    job_workflow_ref: job.workflowRef,
    job_workflow_sha: calledSha(run, job) ?? text("workflow_sha"),
    ...(job.environment === null ? {} : { environment: job.environment }),
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    runner_environment: "github-hosted",
  };
}

/** Claims that have the name and the value that they have in the `github` context. */
const copied = [
  ...["actor", "actor_id", "base_ref", "event_name", "head_ref", "ref", "ref_protected", "ref_type"],
  ...["repository", "repository_id", "repository_owner", "repository_owner_id"],
  ...["sha", "workflow", "workflow_ref", "workflow_sha"],
];

/** Of a called workflow, the commit that its file is of. */
function calledSha({ called = {} }: Run, { workflowRef }: Job): string | undefined {
  return Object.values(called).find((file) => file.workflowRef === workflowRef)?.sha;
}

/** https://docs.github.com/actions/reference/openid-connect-reference#example-subject-claims */
function subject({ github }: Run, { environment }: Job): string {
  const { repository = "", repository_id, repository_owner = "", repository_owner_id } = github;
  const name = repository.slice(repository_owner.length + 1);
  const event = github.event_name === "pull_request" ? "pull_request" : `ref:${github.ref}`;
  // A job that deploys is told by that alone, whatever ref it is of. A colon in the name is written as %3A.
  const context = environment === null ? event : `environment:${environment.replaceAll(":", "%3A")}`;
  return `repo:${repository_owner}@${repository_owner_id ?? ""}/${name}@${repository_id ?? ""}:${context}`;
}
