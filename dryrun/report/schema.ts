import * as z from "zod";
import { applyStates, outcomes } from "./outcomes";
import type { ApplyState, ObjectResult, Outcome, Reason, Report, State, Verdict } from "./types";
import { reasons, states, verdicts } from "./verdicts";

const verdict = z.enum(Object.keys(verdicts) as [Verdict, ...Verdict[]]);
const reason = z.enum(Object.keys(reasons) as [Reason, ...Reason[]]);
const state = z.enum(states as [State, ...State[]]);
const outcome = z.enum(Object.keys(outcomes) as [Outcome, ...Outcome[]]);
const applyState = z.enum(Object.keys(applyStates) as [ApplyState, ...ApplyState[]]);
const counts = z.record(verdict, z.int().min(0));

const objectResult = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  verdict,
  reason: reason.optional().describe("Only with the verdict not-checked, and then always."),
  message: z.string().optional().describe("The server's own message, redacted."),
  diff: z.string().optional().describe("Unified diff, redacted, without noise."),
  touched: z
    .boolean()
    .describe("The pull request, or the release, adds, changes or removes it. Only touched objects decide."),
  outcome: outcome.optional().describe("What became of it. Only where a release applies."),
  notReady: z
    .strictObject({ message: z.string(), details: z.array(z.string()) })
    .optional()
    .describe(
      "Of a workload that a release waited for in vain: what its controller says, and why. Redacted.",
    ),
  keysAdded: z.array(z.string()).optional().describe("Of Secrets only: names of keys, never values."),
  keysRemoved: z.array(z.string()).optional().describe("Of Secrets only: names of keys, never values."),
}) satisfies z.ZodType<ObjectResult>;

/** The report of a dry run as zod checks it. Not part of the program that the runner runs. */
export const reportSchema = z.strictObject({
  version: z.literal(1).describe("Raised by every change that readers of version 1 could stumble over."),
  environment: z.string(),
  overlay: z.string().describe("Kustomize folder, relative to the repository."),
  clusterName: z.string().optional(),
  server: z
    .strictObject({
      version: z.string(),
      label: z.string().describe("The environment's EKS version label, such as 1_35."),
      labelIsStale: z.boolean().describe("The label names another minor version than the server runs."),
    })
    .optional()
    .describe("Absent if the server was not reached."),
  kubectl: z.strictObject({ version: z.string() }).optional(),
  guard: z.enum(["proven", "unguarded", "cannot-prove", "not-reached"]),
  guardMessage: z.string().optional(),
  allowUnguarded: z.boolean().describe("The run was allowed without a proven guard."),
  identityProblems: z.array(z.string()).describe("What the identity may do but should not."),
  objects: z.array(objectResult),
  uncoveredFiles: z.array(z.string()).describe("Files that kustomize read and that no path filter covers."),
  problem: z.string().optional().describe("What stopped the whole run."),
  baseProblem: z
    .string()
    .optional()
    .describe("Why the base could not be rendered: then every object counts as touched, none as removed."),
  state: state.describe("Of the dry run."),
  exitCode: z.literal([0, 1, 2]).describe("Of the program: of the state of an apply if there is one."),
  applied: z
    .strictObject({
      state: applyState,
      stoppedBecause: z.string().optional().describe("Why it did not get to its end."),
    })
    .optional()
    .describe("Only where a release applies."),
  counts: z.strictObject({
    touched: counts.describe("Objects that the pull request touches, by verdict."),
    alreadySo: counts.describe("Objects that were already so before the pull request, by verdict."),
  }),
  startedAt: z.iso.datetime(),
  durationSeconds: z.number().min(0),
}) satisfies z.ZodType<Report>;

/** The JSON Schema of the report, docs/report.schema.json. */
export function reportJsonSchema(): string {
  const schema = z.toJSONSchema(reportSchema, { target: "draft-2020-12" });
  return JSON.stringify({ title: "Report of a dry run", ...schema });
}
