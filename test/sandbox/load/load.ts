import { loadEnvironments } from "./committed";
import { startLoadWorld } from "./loadWorld";
import { outcomes, problemsOf } from "./outcome";
import { planned } from "./plan";
import { playLoad, Plays } from "./playLoad";
import { QuickExecutor } from "./quickExecutor";

/** How many times as fast as the real time the world runs. */
const speed = 30;

export interface LoadOptions {
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
  comments: number;
  /** Jobs of regions that were run, and builds that CodeBuild refused. */
  played: number;
  refused: number;
  /** The most jobs that ran in a region at once. */
  most: number[];
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
    const begin = Date.now();
    const loaded = await playLoad(world, planned(seed, pullRequests, names), plays);
    const seconds = (Date.now() - begin) / 1000;
    const judgements = await world.judgements();
    const seen = await outcomes(world, loaded);
    const most = Object.values(executor.running).map((region) => region.most);
    return {
      problems: [
        ...seen.flatMap((outcome) => problemsOf(outcome, executor.played, judgements)),
        ...most.filter((jobs) => jobs > quota).map((jobs) => `a region ran ${String(jobs)} jobs at once`),
        ...world.unknownRoutes(),
      ],
      runs: seen.flatMap(({ runs }) => runs).length,
      comments: seen.flatMap(({ comments }) => comments).length,
      played: executor.played.length,
      refused: judgements.filter(({ reason }) => reason?.startsWith("AccountLimitExceeded")).length,
      most,
      seconds,
    };
  } finally {
    await world.stop();
  }
}
