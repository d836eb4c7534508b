import { markerOf } from "../../../committed/comment/marker";
import type { JudgedJob } from "../../../sandbox/aws/codebuild/judgements";
import type { JobSeen, RunSeen } from "../github/actions/world";
import { loadEnvironments, settings } from "./committed";
import type { LoadWorld } from "./loadWorld";
import { marksIn, markText } from "./marks";
import { touched } from "./plan";
import type { LoadedPullRequest } from "./playLoad";
import type { Played } from "./quickExecutor";

/** What became of a pull request. */
export interface PullRequestOutcome {
  pullRequest: LoadedPullRequest;
  /** Its runs, newest first, and the jobs of each. */
  runs: { run: RunSeen & { created_at: string; updated_at: string }; jobs: JobSeen[] }[];
  comments: { id: number; user: { login: string }; body: string }[];
}

/** What became of all of them, as GitHub shows it. */
export function outcomes(world: LoadWorld, loaded: LoadedPullRequest[]): Promise<PullRequestOutcome[]> {
  return Promise.all(
    loaded.map(async (pullRequest) => {
      const { branch, number } = pullRequest;
      const runs = await world.list<PullRequestOutcome["runs"][0]["run"]>(
        `/actions/runs?branch=${branch}`,
        "workflow_runs",
      );
      return {
        pullRequest,
        runs: await Promise.all(
          runs
            .sort((one, other) => other.id - one.id)
            .map(async (run) => ({
              run,
              jobs: await world.list<JobSeen>(`/actions/runs/${String(run.id)}/jobs`, "jobs"),
            })),
        ),
        comments: await world.list<PullRequestOutcome["comments"][0]>(`/issues/${String(number)}/comments`),
      };
    }),
  );
}

/** What is wrong with a pull request that has come to rest, a sentence each. */
export function problemsOf(
  { pullRequest, runs, comments }: PullRequestOutcome,
  played: Played[],
  judgements: JudgedJob[],
): string[] {
  const [newest, ...older] = runs;
  if (!newest) return ["it has no run"];
  const names = loadEnvironments.map(({ name }) => name);
  const regions = touched(pullRequest.pushes, names).map((name) =>
    regionOutcome(name, newest, played, judgements),
  );
  return [
    ...runProblems(pullRequest, newest, older),
    ...regions.flatMap(({ problems }) => problems),
    ...gateProblems(newest, regions),
    ...pageProblems(pullRequest, newest.run, comments),
    ...contentProblems(pullRequest, comments, regions),
  ].map((problem) => `pull request ${String(pullRequest.number)} (${pullRequest.branch}): ${problem}`);
}

/** What became of a touched region in the newest run. */
interface RegionOutcome {
  environment: (typeof loadEnvironments)[0];
  played?: Played;
  problems: string[];
}

function regionOutcome(
  name: string,
  { jobs, run }: PullRequestOutcome["runs"][0],
  played: Played[],
  judgements: JudgedJob[],
): RegionOutcome {
  const environment = loadEnvironments.find((one) => one.name === name)!;
  const job = jobs.find((one) => one.name === environment.runner?.jobName);
  const runsOfJob = played.filter(({ jobId }) => jobId === job?.id);
  const own = runsOfJob[0];
  const judged = judgements.filter(
    (one) => one.job.id === job?.id && one.region === environment.runner?.region,
  );
  const isRefused = judged.some(({ reason }) => reason?.startsWith("AccountLimitExceededException"));
  const conclusion = own ? (own.play.ending === "fine" ? "success" : "failure") : "cancelled";
  const problems = [
    ...(job?.conclusion === conclusion
      ? []
      : [`${name} ended as ${String(job?.conclusion)}, not ${conclusion}`]),
    ...(runsOfJob.length > 1 ? [`${name} was run ${String(runsOfJob.length)} times`] : []),
    ...(!own && !isRefused ? [`${name} was neither run nor refused: ${JSON.stringify(judged)}`] : []),
    ...(own && (own.environment !== name || own.runId !== run.id) ? [`${name} ran another's job`] : []),
    ...(own && own.region !== environment.runner?.region ? [`${name} ran in ${own.region}`] : []),
  ];
  return { environment, ...(own && { played: own }), problems };
}

function runProblems(
  { heads }: LoadedPullRequest,
  { run, jobs }: PullRequestOutcome["runs"][0],
  older: PullRequestOutcome["runs"],
): string[] {
  const all = [...jobs, ...older.flatMap((one) => one.jobs)];
  const left = all.filter(({ status }) => status !== "completed");
  const standing = older.filter(
    (one) => one.run.conclusion !== "cancelled" && one.run.updated_at > run.created_at,
  );
  return [
    ...(run.head_sha === heads.at(-1) ? [] : [`its newest run is for ${run.head_sha}`]),
    ...left.map(({ name, status }) => `its job ${name} is ${status}`),
    ...standing.map((one) => `its older run ${String(one.run.id)} was neither cancelled nor over`),
  ];
}

function gateProblems({ jobs }: PullRequestOutcome["runs"][0], regions: RegionOutcome[]): string[] {
  const isGreen = regions.every(
    ({ environment, played }) =>
      environment.runner?.enforcement === "report" || played?.play.ending === "fine",
  );
  const conclusion = jobs.find(({ name }) => name === "K8s Dryrun gate")?.conclusion;
  const expected = isGreen ? "success" : "failure";
  return conclusion === expected ? [] : [`its gate is ${String(conclusion)}, not ${expected}`];
}

/** Exactly one result stands there: all pages of the newest run, and nothing else. */
function pageProblems(
  { heads }: LoadedPullRequest,
  run: RunSeen,
  comments: PullRequestOutcome["comments"],
): string[] {
  const expected = comments.map((_, index) => ({
    head: heads.at(-1),
    run: run.id,
    attempt: 1,
    page: index + 1,
    pages: comments.length,
  }));
  const found = comments.map(({ body, user }) =>
    user.login === "github-actions[bot]" ? markerOf(body) : user,
  );
  const isRight = comments.length > 0 && JSON.stringify(found) === JSON.stringify(expected);
  return isRight ? [] : [`its comments are ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
}

/** The comment has each region's own result, and nothing of another commit, pull request or region. */
function contentProblems(
  { number, heads }: LoadedPullRequest,
  comments: PullRequestOutcome["comments"],
  regions: RegionOutcome[],
): string[] {
  const text = comments.map(({ body }) => body).join("\n");
  const expected = regions.flatMap(({ environment, played }) => {
    if (!played || played.play.ending === "no report") return [];
    const mark = { pullRequest: number, head: heads.at(-1) ?? "", region: environment.runner?.region ?? "" };
    return Array.from({ length: played.play.objects }, (_, object) =>
      markText({ ...mark, environment: environment.name, object }),
    );
  });
  const found = marksIn(text);
  const missing = expected.filter((mark) => !found.includes(mark));
  const alien = found.filter((mark) => !expected.includes(mark));
  return [
    ...(missing.length > 0 ? [`its comment lacks ${missing.join(", ")}`] : []),
    ...(alien.length > 0 ? [`its comment has ${alien.join(", ")} of another`] : []),
    ...loadEnvironments.flatMap(({ name }) => {
      const row = text.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
      const own = regions.find(({ environment }) => environment.name === name);
      return wordsOf(own).test(row) ? [] : [`its table says of ${name}: ${row}`];
    }),
  ];
}

/** What the row of a region must say. */
function wordsOf(region: RegionOutcome | undefined): RegExp {
  if (!region) return /not affected by this pull request/;
  const endings = { fine: /changes/, "would fail": /would fail/, "no report": /could not check/ };
  if (region.played) return endings[region.played.play.ending];
  return new RegExp(`no runner started within ${String(settings.runnerStartMinutes)} minutes`);
}
