import type { PackedReport } from "../../dryrun/report/pack";
import type { State } from "../../dryrun/report/types";
import type { Needs } from "../needs";
import { describeOutcome, howToLook, type JudgedEnvironment, type Outcome, outcomeOf } from "../outcome";
import { readReport } from "./readReport";

/** What is known of an environment after a run. */
export interface Standing {
  environment: JudgedEnvironment;
  /** Undefined if the pull request does not touch it. */
  state?: State;
  /** What there is to say beside the state; of others, if it comes from a report. */
  note?: string;
  report?: PackedReport;
}

/**
 * Puts together what GitHub says of an environment's job and what its report says. GitHub is right where they
 * disagree: a report alone never makes a failed check look good.
 * @param packed the report as the job gave it; empty if it gave none.
 */
export function standingOf(
  environment: JudgedEnvironment,
  needs: Needs,
  packed: string,
  runnerStartMinutes: number,
): Standing {
  const outcome = outcomeOf(environment, needs);
  const note = describeOutcome(outcome, environment, runnerStartMinutes);
  if (outcome === "not touched") return { environment, note };
  if (outcome === "no runner") return { environment, state: "not fully checked", note };
  let report: PackedReport;
  try {
    report = readReport(packed, environment.name);
  } catch (error) {
    const why = isOver(outcome) ? `, and ${(error as Error).message}` : "";
    return { environment, state: "could not check", note: `${note.replace(/\.$/, "")}${why || "."}` };
  }
  const { state, exitCode, guard } = report.report;
  const agrees = outcome === "checked" ? exitCode === 0 : outcome === "failed" && exitCode !== 0;
  if (!agrees) return { environment, state: "could not check", note, report };
  const unasked = `the cluster could not be asked. ${howToLook(environment)}.`;
  return { environment, state, report, ...(guard === "not-reached" && { note: unasked }) };
}

function isOver(outcome: Outcome): boolean {
  return outcome === "checked" || outcome === "failed";
}
