import { appliedOf, applyStates } from "../../../dryrun/report/outcomes";
import type { ObjectResult, Report } from "../../../dryrun/report/types";
import { report } from "../report/sampleReport";

/** A report as an apply makes it, of which only what matters is said. */
export function appliedReport(
  objects: ObjectResult[],
  fields: Partial<Report> & { stoppedBecause?: string } = {},
): Report {
  const { stoppedBecause, ...others } = fields;
  const applied = appliedOf(objects, others.problem ?? stoppedBecause);
  return report({
    objects,
    guard: "not-reached",
    exitCode: applyStates[applied.state].exitCode,
    applied: { state: applied.state, ...(stoppedBecause !== undefined && { stoppedBecause }) },
    ...others,
  });
}
