import { parse } from "yaml";

/** A step of a job in a workflow. */
export interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

/** A job of a workflow. */
export interface Job {
  name?: string;
  needs?: string | string[];
  if?: string;
  "runs-on": string | string[];
  "timeout-minutes": number;
  permissions: Record<string, string>;
  outputs?: Record<string, string>;
  strategy?: { matrix: Record<string, unknown[]> };
  steps: Step[];
}

/** A GitHub Actions workflow. */
export interface Workflow {
  name: string;
  on: object | string;
  permissions: Record<string, string>;
  concurrency: { group: string; "cancel-in-progress": string };
  jobs: Record<string, Job>;
}

/** Reads the text of a workflow as GitHub does, or as a parser of YAML 1.1 would. */
export function parseWorkflow(text: string, version: "1.1" | "1.2" = "1.2"): Workflow {
  return parse(text, { version }) as Workflow;
}

/** A job that must be there. */
export function jobOf(workflow: Workflow, name: string): Job {
  const job = workflow.jobs[name];
  if (!job) throw new Error(`There is no job ${name}, only ${Object.keys(workflow.jobs).join(", ")}.`);
  return job;
}

/** A step that must be there. */
export function stepOf(job: Job, name: string): Step {
  const step = job.steps.find((candidate) => candidate.name === name);
  if (!step)
    throw new Error(`There is no step ${name}, only ${job.steps.map((each) => each.name).join(", ")}.`);
  return step;
}
