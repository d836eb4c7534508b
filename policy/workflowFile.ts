import { parse } from "yaml";

/** A job of a workflow, as far as rules look at it. */
export interface Job {
  id: string;
  /** A workflow that it runs in place of steps. */
  uses?: string;
  runsOn: unknown;
  permissions: unknown;
  passesSecrets: boolean;
}

/** A workflow, or an action. */
export interface WorkflowFile {
  isWorkflow: boolean;
  /** Names of the events that start it. */
  triggers: string[];
  permissions: unknown;
  jobs: Job[];
  steps: { uses?: string }[];
  /** What GitHub evaluates: the text between `${{` and `}}`, and conditions, which need no braces. */
  expressions: string[];
}

type Map = Record<string, unknown>;

/** A workflow or action as its text says, or why it is none. */
export function workflowFile(text: string): WorkflowFile | string {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    return (error as Error).message.split("\n")[0] ?? "";
  }
  if (!isMap(document)) return "it is no mapping";
  const jobs = mapOf(document.jobs);
  const stepLists = [...Object.values(jobs), document.runs].map((parent) => mapOf(parent).steps ?? []);
  return {
    isWorkflow: "jobs" in document,
    triggers: triggersOf(document.on),
    permissions: document.permissions,
    jobs: Object.entries(jobs).map(([id, job]) => jobOf(id, mapOf(job))),
    steps: stepLists.flat(),
    expressions: expressionsIn(document),
  };
}

function jobOf(id: string, job: Map): Job {
  return {
    id,
    ...(typeof job.uses === "string" ? { uses: job.uses } : {}),
    runsOn: job["runs-on"],
    permissions: job.permissions,
    passesSecrets: "secrets" in job,
  };
}

/** `on` is one name, several, or a mapping with names as keys. */
function triggersOf(on: unknown): string[] {
  if (isMap(on)) return Object.keys(on);
  return [on ?? []].flat().map(String);
}

function expressionsIn(value: unknown, key = ""): string[] {
  if (typeof value === "string") {
    const inBraces = [...value.matchAll(/\$\{\{([^]*?)\}\}/g)].map(([, expression = ""]) => expression);
    return key === "if" && inBraces.length === 0 ? [value] : inBraces;
  }
  if (Array.isArray(value)) return value.flatMap((one) => expressionsIn(one));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => expressionsIn(inner, name));
}

function mapOf(value: unknown): Map {
  return isMap(value) ? value : {};
}

function isMap(value: unknown): value is Map {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
