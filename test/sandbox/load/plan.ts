import fc from "fast-check";

/** How a region's job ends: with a report that is fine, with one that says "would fail", or without any. */
export type Ending = "fine" | "would fail" | "no report";

/** What a region's job does in place of a dry run. */
export interface Play {
  ending: Ending;
  /** How long it takes. */
  seconds: number;
  /** Objects of its report. */
  objects: number;
  /** Lines of each object's difference. */
  lines: number;
}

/** A push to the branch of a pull request. */
export interface PlannedPush {
  /** Seconds after the push before, or when a runner has taken a job of the run before. */
  after: number | "taken";
  /** Folder below `k8s` in which it changes a file. */
  folder: string;
  /** What each environment's job then does. */
  plays: Record<string, Play>;
}

/** A pull request: the pushes to its branch, of which the first opens it. */
export type PlannedPullRequest = PlannedPush[];

/** Pull requests at random; the same seed gives the same ones. */
export function planned(seed: number, count: number, environments: string[]): PlannedPullRequest[] {
  const play: fc.Arbitrary<Play> = fc.record({
    ending: fc.oneof(
      { weight: 8, arbitrary: fc.constant<Ending>("fine") },
      { weight: 2, arbitrary: fc.constant<Ending>("would fail") },
      { weight: 1, arbitrary: fc.constant<Ending>("no report") },
    ),
    seconds: fc.integer({ min: 5, max: 40 }),
    objects: fc.integer({ min: 1, max: 5 }),
    // Some are as long as makes several comments of a pull request.
    lines: fc.oneof({ weight: 4, arbitrary: fc.constant(3) }, { weight: 1, arbitrary: fc.constant(200) }),
  });
  const push: fc.Arbitrary<PlannedPush> = fc.record({
    after: fc.integer({ min: 1, max: 180 }),
    folder: fc.oneof(
      { weight: 3, arbitrary: fc.constant("base") },
      { weight: 2, arbitrary: fc.constantFrom(...environments) },
    ),
    plays: fc.record(Object.fromEntries(environments.map((name) => [name, play]))),
  });
  const pullRequest = fc.array(push, { minLength: 1, maxLength: 3 });
  return fc.sample(pullRequest, { seed, numRuns: count });
}

/** Environments that the pushes so far touch. */
export function touched(pushes: PlannedPush[], environments: string[]): string[] {
  return environments.filter((name) => pushes.some(({ folder }) => folder === "base" || folder === name));
}
