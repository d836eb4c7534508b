import { Hono } from "hono";
import type { Environment } from "../context";
import { currentJobs } from "../actions/run";
import { Repository } from "../repository";
import type { Service } from "../service";

/** What a person's browser shows behind the `html_url`s, as plain text and without a login. */
export function pages({ actions, directory }: Service): Hono<Environment> {
  const app = new Hono<Environment>();
  const repository = (owner: string, name: string) => {
    const found = new Repository(directory, owner, name);
    return found.exists() ? found : undefined;
  };

  app.get("/:owner/:repo/:view{blob|raw}/:ref/:path{.+}", async (c) => {
    const { owner, repo, ref, path } = c.req.param();
    const found = repository(owner, repo);
    const commit = await found?.commit(ref);
    const entry = commit === undefined ? undefined : await found?.entry(commit, path);
    if (found === undefined || entry?.type !== "blob") return c.text("Not Found", 404);
    return c.text((await found.read(entry.sha)).toString());
  });

  app.get("/:owner/:repo/commit/:sha", async (c) => {
    const { owner, repo, sha } = c.req.param();
    const found = repository(owner, repo);
    const commit = await found?.commit(sha);
    if (found === undefined || commit === undefined) return c.text("Not Found", 404);
    return c.text(await found.git(["show", "--stat", "--patch", commit]));
  });

  app.get("/:owner/:repo/actions/runs/:run", (c) => {
    const run = actions.scheduler.runs.get(Number(c.req.param("run")));
    if (run === undefined) return c.text("Not Found", 404);
    const jobs = currentJobs(run).map(
      ({ name, status, conclusion, summaries }) =>
        `# ${name}: ${conclusion ?? status}\n\n${summaries.join("\n")}`,
    );
    const head = `${run.workflowName} #${run.number}.${run.attempt}: ${run.conclusion ?? run.status}`;
    return c.text([head, ...(run.problem === null ? [] : [run.problem]), ...jobs].join("\n\n"));
  });

  app.get("/:owner/:repo/actions/runs/:run/job/:job", (c) => {
    const found = actions.scheduler.job(Number(c.req.param("job")));
    return found === undefined ? c.text("Not Found", 404) : c.text(actions.machines.log(found.job));
  });

  return app;
}
