import { Hono } from "hono";
import { checkRunResource, checksOf, jobResource, runResource } from "../actions/resources";
import { currentJobs, type Job, type Run } from "../actions/run";
import { page, query, type Environment, type GitHubContext } from "../context";
import { dateFilter } from "../dateFilter";
import { notFound, Refusal } from "../refusal";

/** Runs and jobs, https://docs.github.com/rest/actions, and the checks that they are on commits: https://docs.github.com/rest/checks */
export const actions = new Hono<Environment>();

actions.get("/actions/runs", (c) => {
  const { branch, event, status, head_sha, actor, created } = query(
    c,
    ...(["branch", "event", "status", "head_sha", "actor", "created", "per_page", "page"] as const),
  );
  const isOfTime = created === undefined ? () => true : dateFilter(created);
  const found = c.var.service.actions
    .runsOf(c.var.repository.fullName)
    .filter(
      (run) =>
        (branch ?? run.headBranch) === run.headBranch &&
        (event ?? run.github.event_name) === run.github.event_name &&
        (status === undefined || [run.status, run.conclusion].includes(status as Run["status"])) &&
        (head_sha ?? run.headSha) === run.headSha &&
        (actor ?? run.github.actor) === run.github.actor &&
        isOfTime(run.createdAt),
    );
  const runs = page(c, found).map((run) => runResource(c.var.links, run));
  return c.json({ total_count: found.length, workflow_runs: runs });
});

actions.get("/actions/runs/:run", (c) => c.json(runResource(c.var.links, existing(c))));

actions.get("/actions/runs/:run/jobs", (c) => {
  const { filter } = query(c, "filter", "per_page", "page");
  const run = existing(c);
  return listJobs(c, run, filter === "all" ? run.jobs : currentJobs(run));
});

actions.get("/actions/runs/:run/attempts/:attempt/jobs", (c) => {
  query(c, "per_page", "page");
  const run = existing(c);
  const attempt = Number(c.req.param("attempt"));
  if (attempt < 1 || attempt > run.attempt) throw notFound();
  return listJobs(
    c,
    run,
    run.jobs.filter((job) => job.attempt === attempt),
  );
});

actions.post("/actions/runs/:run/cancel", (c) => {
  const run = existing(c);
  // https://docs.github.com/rest/actions/workflow-runs#cancel-a-workflow-run
  if (run.status === "completed") throw new Refusal(409, "Cannot cancel a workflow run that is completed.");
  c.var.service.actions.scheduler.cancel(run);
  return c.json({}, 202);
});

actions.post("/actions/runs/:run/force-cancel", (c) => {
  const run = existing(c);
  if (run.status === "completed") throw new Refusal(409, "Cannot cancel a workflow run that is completed.");
  c.var.service.actions.scheduler.forceCancel(run);
  return c.json({}, 202);
});

actions.post("/actions/runs/:run/rerun", (c) => rerun(c, false));
actions.post("/actions/runs/:run/rerun-failed-jobs", (c) => rerun(c, true));

actions.get("/actions/jobs/:job", (c) => {
  const { run, job } = existingJob(c);
  return c.json(jobResource(c.var.links, run, job));
});

// On GitHub the address that it redirects to needs no token either.
actions.get("/actions/jobs/:job/logs", (c) => {
  const { run, job } = existingJob(c);
  return c.redirect(`${c.var.links.web}/${run.repository}/actions/runs/${run.id}/job/${job.id}`, 302);
});

actions.get("/commits/:ref{.+}/check-runs", async (c) => {
  const { check_name, filter } = query(c, "check_name", "filter", "per_page", "page");
  if (filter === "all") throw new Refusal(501, "The sandbox's GitHub lists the latest checks only.");
  const sha = await c.var.repository.commit(c.req.param("ref"));
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${c.req.param("ref")}`);
  const found = checksOf(c.var.service.actions.runsOf(c.var.repository.fullName), sha).filter(
    ({ job }) => (check_name ?? job.name) === job.name,
  );
  const checks = page(c, found).map(({ run, job }) => checkRunResource(c.var.links, run, job));
  return c.json({ total_count: found.length, check_runs: checks });
});

function listJobs(c: GitHubContext, run: Run, jobs: Job[]) {
  const shown = jobs.filter(({ status }) => status !== "pending");
  return c.json({
    total_count: shown.length,
    jobs: page(c, shown).map((job) => jobResource(c.var.links, run, job)),
  });
}

async function rerun(c: GitHubContext, onlyFailed: boolean) {
  const run = existing(c);
  if (run.status !== "completed") throw new Refusal(403, "This workflow is already running");
  if (run.conclusion === "startup_failure")
    throw new Refusal(403, "This workflow run cannot be retried: its workflow file is not valid.");
  await c.var.service.actions.scheduler.rerun(run, c.var.token.login, onlyFailed);
  return c.json({}, 201);
}

function existing(c: GitHubContext): Run {
  const run = c.var.service.actions.scheduler.runs.get(Number(c.req.param("run")));
  if (run?.repository !== c.var.repository.fullName) throw notFound();
  return run;
}

function existingJob(c: GitHubContext): { run: Run; job: Job } {
  const found = c.var.service.actions.scheduler.job(Number(c.req.param("job")));
  if (found?.run.repository !== c.var.repository.fullName) throw notFound();
  return found;
}
