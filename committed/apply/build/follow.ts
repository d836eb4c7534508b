import { packedReportIn, reportLineStart } from "../../../dryrun/apply/reportLines";
import { messageOf } from "../../github/failure";
import type { BuildLog, Builds, BuildState } from "./builds";

/** Seconds between two looks at a build. */
const interval = 5;

/** Looks that may fail one after the other. The command has asked several times by then. */
const mostFailures = 5;

/** Looks at the log of a build that has ended, until its report is there: the log comes late. */
const latestLooks = 12;

/** What there is to follow. */
export interface Following {
  builds: Builds;
  id: string;
  /** Ends the following; the build goes on. */
  ended: AbortSignal;
  sleep: (seconds: number) => Promise<void>;
  /** A line of the build's log. */
  log: (line: string) => void;
}

/** What came of a build. */
export interface Followed {
  state: BuildState;
  /** Its report, packed; empty if the log has none. */
  report: string;
}

/**
 * Follows a build to its end, and its log to the report.
 * @throws Error if the build cannot be seen any more; undefined if the following was ended from outside.
 */
export async function follow(task: Following): Promise<Followed | undefined> {
  const log = new LogReader(task);
  let failures = 0;
  let looksAfterEnd = 0;
  while (!task.ended.aborted) {
    try {
      const state = await task.builds.look(task.id);
      if (state.log) await log.read(state.log);
      failures = 0;
      if (state.status !== "IN_PROGRESS") {
        looksAfterEnd += 1;
        const report = packedReportIn(log.reportLines) ?? "";
        if (report || !state.log || looksAfterEnd >= latestLooks) return { state, report };
      }
    } catch (error) {
      failures += 1;
      if (failures >= mostFailures) throw error;
      task.log(`The build cannot be looked at: ${messageOf(error)}. Once more in ${String(interval)} s.`);
    }
    await task.sleep(interval);
  }
  return undefined;
}

/** Reads a log from where it was read to, and keeps what is of the report and nothing for people. */
class LogReader {
  readonly reportLines: string[] = [];
  private place: string | undefined;

  constructor(private readonly task: Following) {}

  async read(log: BuildLog): Promise<void> {
    for (;;) {
      const { lines, place } = await this.task.builds.read(log, this.place);
      for (const line of lines) {
        if (line.startsWith(`${reportLineStart} `)) this.reportLines.push(line);
        else this.task.log(line);
      }
      // The same place again is the end of the log, so far:
      // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
      if (place === this.place) return;
      this.place = place;
    }
  }
}
