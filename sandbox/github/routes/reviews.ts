import { Hono } from "hono";
import { z } from "zod";
import { currentJobs, type Job, type Run } from "../actions/run";
import { body, type Environment, type GitHubContext } from "../context";
import { environmentNamed, type DeploymentEnvironment } from "../environments/environment";
import { describeReviewer, mayReview } from "../environments/reviewers";
import { notFound, Refusal } from "../refusal";
import { user } from "../resources";

/** Deployments that wait for approval: https://docs.github.com/rest/actions/workflow-runs#get-pending-deployments-for-a-workflow-run */
export const reviews = new Hono<Environment>();

reviews.get("/actions/runs/:run/pending_deployments", (c) => {
  const run = existing(c);
  return c.json(
    waiting(c, run).map(({ environment }) => ({
      environment: summary(c, environment),
      wait_timer: 0,
      wait_timer_started_at: null,
      current_user_can_approve: mayApprove(c, run, environment),
      reviewers: environment.reviewers.flatMap(
        (one) => describeReviewer(c.var.links, c.var.state, c.var.repository.owner, one) ?? [],
      ),
    })),
  );
});

reviews.post("/actions/runs/:run/pending_deployments", async (c) => {
  const { service, token } = c.var;
  const run = existing(c);
  const { environment_ids, state, comment } = await body(
    c,
    z.strictObject({
      environment_ids: z.array(z.int()).min(1),
      state: z.enum(["approved", "rejected"]),
      comment: z.string(),
    }),
  );
  // A reviewer is a person: https://docs.github.com/rest/actions/workflow-runs#review-pending-deployments-for-a-workflow-run
  if (token.job ?? token.app) throw new Refusal(403, "Resource not accessible by integration");
  const asked = waiting(c, run).filter(({ environment }) => environment_ids.includes(environment.id));
  // What GitHub answers to both is not documented.
  if (asked.length < environment_ids.length)
    throw new Refusal(422, "There are no pending deployments of these environments");
  const refused = asked.find(({ environment }) => !mayApprove(c, run, environment));
  if (refused)
    throw new Refusal(422, `${token.login} may not review deployments to ${refused.environment.name}`);
  const jobs = asked.flatMap((one) => one.jobs);
  service.actions.scheduler.review(run, jobs, { state, login: token.login, comment });
  return c.json(
    asked.map(({ environment }) => ({
      environment: environment.name,
      sha: run.headSha,
      ref: run.github.ref_name,
    })),
  );
});

reviews.get("/actions/runs/:run/approvals", (c) => {
  const run = existing(c);
  const { links, state } = c.var;
  return c.json(
    currentJobs(run).flatMap(({ review, environment: name }) => {
      const environment = environmentNamed(state, run.repository, name ?? "");
      if (!review || !environment) return [];
      const { login, ...decided } = review;
      return [{ ...decided, user: user(links, login), environments: [summary(c, environment)] }];
    }),
  );
});

function existing(c: GitHubContext): Run {
  const run = c.var.service.actions.scheduler.runs.get(Number(c.req.param("run")));
  if (run?.repository !== c.var.repository.fullName) throw notFound();
  return run;
}

/** Environments of a run with the jobs that wait for them. */
function waiting(c: GitHubContext, run: Run): { environment: DeploymentEnvironment; jobs: Job[] }[] {
  const jobs = currentJobs(run).filter(({ status }) => status === "waiting");
  return [...new Set(jobs.map(({ environment }) => environment ?? ""))].flatMap((name) => {
    const environment = environmentNamed(c.var.state, run.repository, name);
    return environment ? [{ environment, jobs: jobs.filter((job) => job.environment === name) }] : [];
  });
}

/** One of the reviewers, and where self-review is off not whoever started the run. */
function mayApprove(c: GitHubContext, run: Run, environment: DeploymentEnvironment): boolean {
  const { login } = c.var.token;
  const isReviewer = mayReview(c.var.state, c.var.repository.owner, environment.reviewers, login);
  return isReviewer && !(environment.preventSelfReview && run.triggeringActor === login);
}

function summary(c: GitHubContext, { id, name }: DeploymentEnvironment) {
  const { links, repository } = c.var;
  return {
    id,
    node_id: Buffer.from(`Environment:${String(id)}`).toString("base64"),
    name,
    url: `${links.api}/repos/${repository.fullName}/environments/${encodeURIComponent(name)}`,
    html_url: `${links.web}/${repository.fullName}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
  };
}
