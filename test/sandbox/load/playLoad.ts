import { repositoryPath } from "../github/world";
import type { JobSeen, Pull, RunSeen } from "../github/actions/world";
import { loadEnvironments } from "./committed";
import type { LoadWorld } from "./loadWorld";
import type { Play, PlannedPullRequest, PlannedPush } from "./plan";

/** A pull request after its last push. */
export interface LoadedPullRequest {
  number: number;
  branch: string;
  /** The commits of its pushes, oldest first. */
  heads: string[];
  pushes: PlannedPush[];
}

/** What environments' jobs do, by commit. */
export class Plays {
  private readonly plays = new Map<string, Record<string, Play>>();

  set(head: string, plays: Record<string, Play>): void {
    this.plays.set(head, plays);
  }

  of(head: string, environment: string): Play {
    const play = this.plays.get(head)?.[environment];
    if (!play) throw new Error(`Nobody pushed ${head}, or it does not touch ${environment}.`);
    return play;
  }
}

/** Opens all pull requests at once, pushes to them as planned, and waits until nothing moves any more. */
export async function playLoad(
  world: LoadWorld,
  plan: PlannedPullRequest[],
  plays: Plays,
): Promise<LoadedPullRequest[]> {
  const main = await world.main();
  const push = async (branch: string, heads: string[], { folder, plays: own }: PlannedPush) => {
    const path = `k8s/${folder}/${branch}-${String(heads.length)}.yaml`;
    const head = await world.commit(heads.at(-1) ?? main, path, `# ${branch}\n`);
    plays.set(head, own);
    await world.push(branch, heads.at(-1), head);
    heads.push(head);
  };
  const branches = plan.map((pushes, index) => ({
    pushes,
    branch: `load-${String(index)}`,
    heads: [] as string[],
  }));
  for (const { branch, heads, pushes } of branches) await push(branch, heads, pushes[0]!);
  const loaded = await Promise.all(
    branches.map(async ({ branch, heads, pushes }) => {
      const body = { title: branch, head: branch, base: "main" };
      const { json } = await world.github.ask<Pull>("POST", `${repositoryPath}/pulls`, { body });
      for (const next of pushes.slice(1)) {
        if (next.after === "taken") await taken(world, heads.at(-1) ?? "");
        else await world.sleep(next.after);
        await push(branch, heads, next);
      }
      return { number: json.number, branch, heads, pushes };
    }),
  );
  await rest(world, loaded);
  return loaded;
}

/** Real milliseconds after which a load that has not come to rest never will. */
const patience = 400_000;

/** Waits until a runner has taken a job of a commit's run. */
async function taken(world: LoadWorld, head: string): Promise<void> {
  const names = loadEnvironments.map(({ runner }) => runner?.jobName);
  for (const end = Date.now() + patience; Date.now() < end; await world.sleep(1)) {
    const runs = await world.list<RunSeen>("/actions/runs", "workflow_runs");
    const run = runs.find(({ head_sha }) => head_sha === head);
    const jobs = run ? await world.list<JobSeen>(`/actions/runs/${String(run.id)}/jobs`, "jobs") : [];
    if (jobs.some(({ name, status }) => names.includes(name) && status === "in_progress")) return;
  }
  throw new Error(`After ${String(patience / 1000)} s no runner has taken a job of the run for ${head}.`);
}

async function rest(world: LoadWorld, loaded: LoadedPullRequest[]): Promise<void> {
  const newest = new Set(loaded.map(({ heads }) => heads.at(-1)));
  const end = Date.now() + patience;
  for (;;) {
    const runs = await world.list<RunSeen>("/actions/runs", "workflow_runs");
    const seen = new Set(runs.map(({ head_sha }) => head_sha));
    const open = runs.filter(({ status }) => status !== "completed");
    const building = (await world.judgements()).filter(({ build }) => build?.status === "IN_PROGRESS");
    if (open.length + building.length === 0 && [...newest].every((head) => seen.has(head ?? ""))) return;
    if (Date.now() > end)
      throw new Error(
        `After ${String(patience / 1000)} s ${String(open.length)} runs and ${String(building.length)} builds have not ended: ${JSON.stringify(open)}`,
      );
    await world.sleep(20);
  }
}
