import { user, type Links } from "../resources";
import { currentJobs, type Job, type Run } from "./run";

/** A run as the REST API shows it: https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run */
export function runResource(links: Links, run: Run) {
  const api = `${links.api}/repos/${run.repository}/actions/runs/${run.id}`;
  const attempts = run.jobs.filter(({ attempt }) => attempt < run.attempt);
  return {
    id: run.id,
    name: run.workflowName,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    head_repository: { full_name: headRepositoryOf(run) },
    path: run.workflowPath,
    display_title: run.workflowName,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.github.event_name,
    status: statusOf(run),
    conclusion: run.conclusion,
    actor: user(links, run.github.actor ?? ""),
    triggering_actor: user(links, run.triggeringActor),
    pull_requests: run.pullRequest === null ? [] : [{ number: run.pullRequest }],
    created_at: run.createdAt,
    run_started_at: run.startedAt,
    updated_at: run.updatedAt,
    url: api,
    html_url: `${links.web}/${run.repository}/actions/runs/${run.id}`,
    jobs_url: `${api}/jobs`,
    cancel_url: `${api}/cancel`,
    rerun_url: `${api}/rerun`,
    previous_attempt_url: attempts.length === 0 ? null : `${api}/attempts/${run.attempt - 1}`,
  };
}

/** A run waits when a job of it does for approval and none is under way. */
function statusOf(run: Run): Run["status"] | "waiting" {
  const open = currentJobs(run).map(({ status }) => status);
  const waits = open.includes("waiting") && !open.includes("queued") && !open.includes("in_progress");
  return run.status !== "completed" && waits ? "waiting" : run.status;
}

/** The fork that a pull request comes from, or the repository itself. */
function headRepositoryOf({ event, repository }: Run): string {
  const { pull_request: pull } = event as {
    pull_request?: { head: { repo: { full_name: string } | null } };
  };
  return pull?.head.repo?.full_name ?? repository;
}

/** A job as the REST API and `workflow_job` events show it: https://docs.github.com/rest/actions/workflow-jobs */
export function jobResource(links: Links, run: Run, job: Job) {
  const api = `${links.api}/repos/${run.repository}`;
  return {
    id: job.id,
    run_id: run.id,
    run_attempt: job.attempt,
    run_url: `${api}/actions/runs/${run.id}`,
    name: job.name,
    workflow_name: run.workflowName,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    status: job.status,
    conclusion: job.conclusion,
    labels: job.labels,
    created_at: job.createdAt,
    // GitHub gives a queued job the time of its creation.
    started_at: job.startedAt ?? job.createdAt,
    completed_at: job.completedAt,
    runner_id: job.runnerName === null ? null : job.id % 1_000_000,
    runner_name: job.runnerName,
    steps: [],
    url: `${api}/actions/jobs/${job.id}`,
    html_url: jobPage(links, run, job),
    check_run_url: `${api}/check-runs/${job.id}`,
  };
}

/** The check of a job: https://docs.github.com/rest/checks/runs */
export function checkRunResource(links: Links, run: Run, job: Job) {
  return {
    id: job.id,
    name: job.name,
    head_sha: run.headSha,
    status: job.status === "pending" ? "queued" : job.status,
    conclusion: job.conclusion,
    started_at: job.startedAt ?? job.createdAt,
    completed_at: job.completedAt,
    url: `${links.api}/repos/${run.repository}/check-runs/${job.id}`,
    html_url: jobPage(links, run, job),
    details_url: jobPage(links, run, job),
    app: { slug: "github-actions", name: "GitHub Actions" },
    pull_requests: run.pullRequest === null ? [] : [{ number: run.pullRequest }],
  };
}

/** The newest check of each name on a commit. */
export function checksOf(runs: Run[], sha: string): { run: Run; job: Job }[] {
  const newest = new Map<string, { run: Run; job: Job }>();
  const ofCommit = runs.filter(({ headSha }) => headSha === sha).sort((one, other) => one.id - other.id);
  for (const run of ofCommit) for (const job of currentJobs(run)) newest.set(job.name, { run, job });
  return [...newest.values()];
}

const jobPage = (links: Links, run: Run, job: Job) =>
  `${links.web}/${run.repository}/actions/runs/${run.id}/job/${job.id}`;
