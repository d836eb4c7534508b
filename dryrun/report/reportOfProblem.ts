import { createRedactor } from "../redaction/redact";
import type { Report } from "./types";
import { decide } from "./verdicts";

/** The report of a dry run that did not come far enough to make one. */
export function reportOfProblem(where: Pick<Report, "environment" | "overlay">, problem: string): Report {
  return createRedactor([]).object<Report>({
    version: 1,
    ...where,
    guard: "not-reached",
    allowUnguarded: false,
    identityProblems: [],
    objects: [],
    uncoveredFiles: [],
    problem,
    ...decide([], problem),
    startedAt: new Date().toISOString(),
    durationSeconds: 0,
  });
}
