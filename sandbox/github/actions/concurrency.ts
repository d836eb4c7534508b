import { currentJobs, type Job, type Run } from "./run";

/** A run or a job in a concurrency group. */
interface Member {
  run: Run;
  /** Absent if it is the run as a whole. */
  job?: Job;
}

/** What a newcomer to a group does to those who are in it. */
export interface Admission {
  /** Else it waits. */
  starts: boolean;
  /** Waited before it, and never will be run. */
  superseded: Member[];
  /** Is running, and is to be cancelled. */
  interrupted: Member[];
}

/**
 * At most one of a group runs and at most one waits; whoever comes newly takes the place of the waiting one:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency
 */
export function admit(runs: Run[], newcomer: Member): Admission {
  const others = members(runs, newcomer.run.repository, groupOf(newcomer)).filter(
    (member) => (member.job ?? member.run) !== (newcomer.job ?? newcomer.run),
  );
  const running = others.filter((member) => !isPending(member));
  return {
    starts: running.length === 0,
    superseded: others.filter(isPending),
    interrupted: concurrencyOf(newcomer)?.cancelInProgress ? running : [],
  };
}

/** Those who wait although nobody of their group runs any more. */
export function released(runs: Run[]): Member[] {
  const waiting = runs.flatMap((run) => unfinished(run)).filter(isPending);
  return waiting.filter((member) => members(runs, member.run.repository, groupOf(member)).every(isPending));
}

function members(runs: Run[], repository: string, group: string | undefined): Member[] {
  return runs
    .filter((run) => run.repository === repository)
    .flatMap(unfinished)
    .filter((member) => groupOf(member) === group);
}

/** The run and its jobs, as far as they are in a group and have not ended. */
function unfinished(run: Run): Member[] {
  if (run.status === "completed") return [];
  const jobs = currentJobs(run).filter(({ status }) => status !== "completed");
  return [{ run }, ...jobs.map((job) => ({ run, job }))].filter((member) => concurrencyOf(member) !== null);
}

const concurrencyOf = ({ run, job }: Member) => (job ?? run).concurrency;
const groupOf = (member: Member) => concurrencyOf(member)?.group;
const isPending = ({ run, job }: Member) => (job ?? run).status === "pending";
