import {
  evaluate,
  evaluateExpression,
  isTruthy,
  type Contexts,
  type Status,
  type Template,
} from "./expressions";
import type { NeedsContext } from "./executor";
import { combinations } from "./matrix";
import { tokenPermissions } from "./permissions";
import { currentJobs, resultOf, type Concurrency, type Job, type PlannedJob, type Run } from "./run";
import { dispatchedInputs, withDefaults } from "./inputs";
import { mapping, type GivenOutput, type JobDefinition, type Scope, type Workflow } from "./workflowFile";

/** Minutes that a job may take where it names no time: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes */
const defaultTimeoutMinutes = 360;

/** Contexts that there are before a job has a machine: https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability */
export function runContexts(run: Run): Contexts {
  return {
    github: { ...run.github, run_attempt: String(run.attempt), event: run.event },
    vars: run.variables ?? {},
    inputs: dispatchedInputs(run),
  };
}

/** The `needs` context of a job or call whose needs have ended. */
export function needsContext(run: Run, { needed, given = {} }: Scope): NeedsContext {
  return Object.fromEntries(
    Object.entries(needed).map(([id, keys]) => {
      const jobs = currentJobs(run).filter(({ key }) => keys.includes(key));
      const outputs = given[id] ? givenBy(jobs, given[id]) : outputsOf(jobs);
      return [id, { result: resultOf(jobs), outputs }];
    }),
  );
}

function outputsOf(jobs: Job[]): Record<string, string> {
  return Object.assign({}, ...jobs.map(({ outputs }) => outputs)) as Record<string, string>;
}

/** What a called workflow gives, as far as its jobs have it. */
function givenBy(jobs: Job[], given: Record<string, GivenOutput>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, { job, output }]) => {
      const value = outputsOf(jobs.filter(({ key }) => key === job))[output];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What there is to evaluate a job's parts with: a called one has the inputs that the call hands over. */
function jobContexts(run: Run, definition: JobDefinition): Contexts {
  const needs = needsContext(run, definition);
  const contexts = runContexts(run);
  if (!definition.called) return { ...contexts, needs };
  const { call, inputs } = definition.called;
  const given = evaluate(call.with ?? null, { ...contexts, needs: needsContext(run, call) });
  return { ...contexts, needs, inputs: withDefaults(inputs, given as Record<string, unknown> | null) };
}

/** A job in a called workflow comes if the call does and it itself does. */
export function conditionHolds(run: Run, workflow: Workflow, definition: JobDefinition): boolean {
  const { called } = definition;
  const callHolds = !called || holds(run, workflow, called.call, runContexts(run));
  return callHolds && holds(run, workflow, definition, jobContexts(run, definition));
}

/**
 * Whether an `if` holds. success() and failure() look at all jobs on the way to it, not only at those that it
 * names: https://docs.github.com/actions/reference/workflows-and-actions/expressions#failure-with-conditions
 */
function holds(run: Run, workflow: Workflow, scope: Scope, contexts: Contexts): boolean {
  const before = ancestors(workflow, Object.values(scope.needed).flat());
  const results = before.map((key) => resultOf(currentJobs(run).filter((job) => job.key === key)));
  const status: Status = {
    success: !run.cancelRequested && results.every((result) => result === "success"),
    failure: !run.cancelRequested && results.includes("failure"),
    cancelled: run.cancelRequested,
  };
  const all = { ...contexts, needs: needsContext(run, scope) };
  return isTruthy(evaluateExpression(scope.condition, all, status));
}

/** Keys of the jobs that succeeded after nothing but success: an attempt for failed jobs keeps them. */
export function successful(run: Run, workflow: Workflow): string[] {
  const succeeded = (key: string) =>
    currentJobs(run)
      .filter((job) => job.key === key)
      .every(({ conclusion }) => conclusion === "success");
  return workflow.jobs
    .filter((job) => [job.key, ...ancestors(workflow, job.waits)].every(succeeded))
    .map(({ key }) => key);
}

/** Keys of these jobs and of all that must have ended before them. */
function ancestors(workflow: Workflow, keys: string[]): string[] {
  const direct = workflow.jobs.filter(({ key }) => keys.includes(key));
  return [...new Set([...keys, ...direct.flatMap(({ waits }) => ancestors(workflow, waits))])];
}

/**
 * The jobs that a definition stands for: one, or one for each combination of its matrix.
 *
 * @throws Error if something of it cannot be evaluated
 */
export function planJobs(run: Run, workflow: Workflow, definition: JobDefinition): PlannedJob[] {
  const contexts = jobContexts(run, definition);
  const matrix = definition.matrix && (evaluate(definition.matrix, contexts) as Record<string, unknown>);
  const all = matrix ? combinations(matrix) : [{}];
  if (all.length === 0) throw new Error("Matrix vector does not contain any values");
  return all.map((combination, index) => {
    const own = {
      ...contexts,
      matrix: combination,
      strategy: {
        "fail-fast": true,
        "job-index": index,
        "job-total": all.length,
        "max-parallel": all.length,
      },
    };
    const value = (template: Template | undefined) =>
      template === undefined ? undefined : evaluate(template, own);
    return {
      key: definition.key,
      name: prefixed(definition, jobName(definition, combination, value)),
      matrix: combination,
      ...runsOn(value(definition.runsOn)),
      workflowRef: workflowRef(run, definition),
      permissions: tokenPermissions(workflow.permissions, definition.permissions, run.fork),
      timeoutMinutes: Number(value(definition.timeoutMinutes) ?? defaultTimeoutMinutes),
      continueOnError: isTruthy(value(definition.continueOnError)),
      failFast: value(definition.failFast) !== false,
      concurrency: concurrency(definition.concurrency, own),
      environment: environmentName(definition.environment, own),
      inputs: contexts.inputs as Record<string, unknown>,
      needs: contexts.needs as NeedsContext,
    };
  });
}

/** A job that is not run, by its plain name: its matrix is never evaluated. */
export function skippedJob(run: Run, definition: JobDefinition): PlannedJob {
  const plain = typeof definition.name === "string" ? definition.name : definition.id;
  return {
    key: definition.key,
    name: prefixed(definition, plain),
    matrix: {},
    labels: [],
    runnerGroup: null,
    workflowRef: workflowRef(run, definition),
    permissions: {},
    timeoutMinutes: defaultTimeoutMinutes,
    continueOnError: false,
    failFast: true,
    concurrency: null,
    environment: null,
    inputs: {},
    needs: needsContext(run, definition),
  };
}

/** A group and whether its running member is to be cancelled; the name counts without regard to case. */
export function concurrency(template: Template | undefined, contexts: Contexts): Concurrency | null {
  if (template === undefined) return null;
  const value = evaluate(template, contexts);
  const { group, ...rest } =
    typeof value === "string" ? { group: value } : (value as Record<string, unknown>);
  if ("queue" in rest) throw new Error("concurrency.queue is not there yet in the sandbox's GitHub");
  return {
    group: String(group).toLowerCase(),
    cancelInProgress: isTruthy((rest as Record<string, unknown>)["cancel-in-progress"]),
  };
}

/** Of `environment: name` or `environment: { name }`; what is empty is none. */
function environmentName(template: Template | undefined, contexts: Contexts): string | null {
  const name = template !== undefined && (mapping(template).name ?? template);
  const text = name === false ? null : evaluate(name, contexts);
  return typeof text === "string" && text !== "" ? text : null;
}

function jobName(
  definition: JobDefinition,
  combination: Record<string, unknown>,
  value: (template: Template | undefined) => unknown,
): string {
  if (definition.name !== undefined) return String(value(definition.name));
  const values = Object.values(combination).map((item) =>
    typeof item === "string" ? item : JSON.stringify(item),
  );
  return values.length === 0 ? definition.id : `${definition.id} (${values.join(", ")})`;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idruns-on */
function runsOn(value: unknown): { labels: string[]; runnerGroup: string | null } {
  if (typeof value === "string") return { labels: [value], runnerGroup: null };
  if (Array.isArray(value)) return { labels: value.map(String), runnerGroup: null };
  const { group, labels } = value as { group?: string; labels?: string | string[] };
  return { labels: [labels ?? []].flat().map(String), runnerGroup: group ?? null };
}

/** As `job_workflow_ref` names the file that a job is defined in. */
function workflowRef({ repository, workflowPath, github }: Run, { called }: JobDefinition): string {
  return called?.workflowRef ?? `${repository}/${workflowPath}@${github.ref}`;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations */
function prefixed({ called }: JobDefinition, name: string): string {
  return `${called?.prefix ?? ""}${name}`;
}
