import type { GitHub, Job, Run } from "./api";
import { connect, pages, unlessAbsent, type Connection } from "./connection";

/** GitHub's API for one repository. A request is sent once: who calls knows what must be looked at again before another. */
export function connectGitHub({ apiUrl, repository, token }: Connection): GitHub {
  const { api, here } = connect({ apiUrl, repository, token });

  return {
    headOf: async (pull_number) =>
      (await api("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...here, pull_number })).data.head.sha,

    commentsOf: (issue_number) =>
      pages(async (page) => {
        const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
        const { data } = await api(route, { ...here, issue_number, per_page: 100, page });
        return data.map(({ id, user, body = "" }) => ({ id: Number(id), author: user?.login ?? "", body }));
      }),

    createComment: async (issue_number, body) => {
      const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
      return Number((await api(route, { ...here, issue_number, body })).data.id);
    },

    updateComment: (comment_id, body) =>
      isThere(api("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...here, comment_id, body })),

    deleteComment: async (comment_id) => {
      await isThere(
        api("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...here, comment_id }),
      );
    },

    jobsOf: async (run_id) => {
      let now = 0;
      const jobs = await pages(async (page) => {
        const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs";
        const { data, headers } = await api(route, {
          ...here,
          run_id,
          filter: "latest",
          per_page: 100,
          page,
        });
        now = Date.parse(headers.date ?? "");
        return data.jobs.map((job): Job => ({
          name: job.name,
          status: job.status,
          conclusion: job.conclusion,
          labels: job.labels,
          queuedAt: Date.parse(job.created_at),
          startedAt: Date.parse(job.started_at),
          runnerName: job.runner_name ?? "",
          url: job.html_url ?? "",
        }));
      });
      if (Number.isNaN(now)) throw new Error("GitHub does not say what time it is.");
      return { jobs, now };
    },

    runsOf: (of) =>
      pages(async (page) => {
        const filter = "branch" in of ? of : { created: `>=${new Date(of.createdSince).toISOString()}` };
        const route = "GET /repos/{owner}/{repo}/actions/runs";
        const { data } = await api(route, { ...here, ...filter, per_page: 100, page });
        return data.workflow_runs.map((run): Run => ({
          id: Number(run.id),
          workflow: run.name ?? "",
          status: run.status ?? "",
          updatedAt: Date.parse(run.updated_at),
        }));
      }),

    sourceOf: (run_id) =>
      unlessAbsent(async () => {
        const { data } = await api("GET /repos/{owner}/{repo}/actions/runs/{run_id}", { ...here, run_id });
        return {
          workflow: data.name ?? "",
          head: data.head_sha,
          branch: data.head_branch ?? "",
          isOwn: data.head_repository.full_name === repository,
          attempt: data.run_attempt ?? 1,
        };
      }),

    cancelRun: async (run_id) => {
      await api("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", { ...here, run_id });
    },
  };
}

async function isThere(answer: Promise<unknown>): Promise<boolean> {
  return (await unlessAbsent(() => answer)) !== undefined;
}
