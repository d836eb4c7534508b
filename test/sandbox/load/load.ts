import { loadEnvironments } from "./committed";
import { startLoadWorld, type LoadWorld } from "./loadWorld";
import { outcomes, problemsOf, type PullRequestOutcome } from "./outcome";
import { planned, type Play, type PlannedPullRequest, type PlannedPush } from "./plan";
import { playLoad, Plays } from "./playLoad";
import { QuickExecutor, type Played } from "./quickExecutor";

/** How many times as fast as the real time the world of the quick executor runs. */
const speed = 30;

export interface LoadOptions {
  /** Of the pull requests and their pushes. */
  seed: number;
  pullRequests: number;
  /** Builds that CodeBuild runs at once in each region. */
  quota: number;
}

/** What a load came to. */
export interface LoadResult {
  /** What is wrong, a sentence each; empty when nothing is. */
  problems: string[];
  runs: number;
  /** Runs that a newer push cancelled. */
  superseded: number;
  comments: number;
  /** Jobs of regions that were run. */
  played: number;
  /** Builds that CodeBuild refused, because as many as may wait were waiting. */
  refused: number;
  /** The most jobs that ran in a region at once. */
  most: number;
  seconds: number;
}

/** Plays pull requests that come all at once, with the quick executor, and looks at what stands there in the end. */
export async function load({ seed, pullRequests, quota }: LoadOptions): Promise<LoadResult> {
  const plays = new Plays();
  const executor = new QuickExecutor(speed, (head, environment) => plays.of(head, environment));
  const world = await startLoadWorld({ executor, speed });
  try {
    await world.setQuota(quota);
    const names = loadEnvironments.map(({ name }) => name);
    const most = () => Math.max(...Object.values(executor.running).map((region) => region.most));
    const plan = planned(seed, pullRequests, names);
    const result = await played(world, plan, plays, () => executor.played);
    const tooMany = most() > quota ? [`a region ran ${String(most())} jobs at once`] : [];
    return { ...result, problems: [...result.problems, ...tooMany], most: most() };
  } finally {
    await world.stop();
  }
}

/** The same with act and the real time: three pull requests at once, to one of which is pushed again. */
export async function loadAct(quota: number): Promise<Omit<LoadResult, "most">> {
  const play: Play = { ending: "fine", seconds: 1, objects: 3, lines: 3 };
  const plays = Object.fromEntries(loadEnvironments.map(({ name }) => [name, play]));
  const push: PlannedPush = { after: "taken", folder: "base", plays };
  const world = await startLoadWorld({ speed: 1, variables: { PLAY: JSON.stringify(play) } });
  try {
    await world.setQuota(quota);
    const plan = [[push], [push, push], [{ ...push, folder: "kr-production" }]];
    return await played(world, plan, new Plays(), (seen) => jobsWithRunner(seen, play));
  } finally {
    await world.stop();
  }
}

async function played(
  world: LoadWorld,
  plan: PlannedPullRequest[],
  plays: Plays,
  playedOf: (seen: PullRequestOutcome[]) => Played[],
): Promise<Omit<LoadResult, "most">> {
  const begin = Date.now();
  const loaded = await playLoad(world, plan, plays);
  const seconds = (Date.now() - begin) / 1000;
  const judgements = await world.judgements();
  const seen = await outcomes(world, loaded);
  const all = playedOf(seen);
  const runs = seen.flatMap((outcome) => outcome.runs);
  return {
    problems: [
      ...seen.flatMap((outcome) => problemsOf(outcome, all, judgements)),
      ...world.unknownRoutes().map((route) => `the sandbox has no ${route}`),
    ],
    runs: runs.length,
    superseded: seen
      .flatMap((outcome) => outcome.runs.slice(1))
      .filter(({ run }) => run.conclusion === "cancelled").length,
    comments: seen.flatMap(({ comments }) => comments).length,
    played: all.length,
    refused: judgements.filter(({ reason }) => reason?.startsWith("AccountLimitExceeded")).length,
    seconds,
  };
}

/** What act played: jobs of regions that a runner took and brought to their end. */
function jobsWithRunner(seen: PullRequestOutcome[], play: Play): Played[] {
  return seen
    .flatMap(({ runs }) => runs)
    .flatMap(({ run, jobs }) =>
      jobs.flatMap(({ id, name, runner_name, conclusion }) => {
        const environment = loadEnvironments.find(({ runner }) => name === runner?.jobName);
        if (!environment?.runner || !runner_name || conclusion === "cancelled") return [];
        const { region, projectName } = environment.runner;
        const ran = runner_name.startsWith(`${projectName}-`) ? region : runner_name;
        return [{ jobId: id, runId: run.id, environment: environment.name, region: ran, play }];
      }),
    );
}
