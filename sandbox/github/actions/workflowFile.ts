import { parse } from "yaml";
import { languageServices } from "./languageServices";
import type { Template } from "./expressions";
import type { WorkflowParts } from "./executor";

/** What decides whether a job or a call comes: in the words of its own file. */
export interface Scope {
  /** With `success() &&` before it, where it names no status function. */
  condition: string;
  /** By each id in `needs`, the keys of the jobs that it stands for: several for a called workflow. */
  needed: Record<string, string[]>;
  /** By each id in `needs` that is a call, what the called workflow gives. A job gives all that it has. */
  given?: Record<string, Record<string, GivenOutput>>;
}

/** An output of a called workflow: that of one of its jobs. */
export interface GivenOutput {
  /** Key of the job. */
  job: string;
  output: string;
}

/** A job as the scheduler sees it: what GitHub evaluates before a machine has it. */
export interface JobDefinition extends Scope {
  /** Of one kind in the run: `<call>/<id>` in a called workflow. */
  key: string;
  /** `jobs.<id>` of its file. */
  id: string;
  /** Keys of the jobs that have to end before. */
  waits: string[];
  name?: Template;
  runsOn: Template;
  matrix?: Template;
  failFast?: Template;
  concurrency?: Template;
  permissions?: Template;
  timeoutMinutes?: Template;
  continueOnError?: Template;
  /** A name, or a mapping with one. */
  environment?: Template;
  /** Where another workflow calls it. */
  called?: Called;
  /** As it stands in the file. */
  source: Record<string, unknown>;
}

/** What a job has of the call that it comes by. */
export interface Called extends WorkflowParts {
  call: Call;
  /** What stands before its name. */
  prefix: string;
  /** The file that it is defined in, as `owner/name/path@ref`, and its commit. */
  workflowRef: string;
  sha: string;
  /** `on.workflow_call.inputs`. */
  inputs: Record<string, InputDefinition>;
}

/** A workflow file that can run. */
export interface Workflow extends WorkflowParts {
  /** Filters by event. */
  events: Record<string, EventFilter>;
  concurrency?: Template;
  permissions?: Template;
  jobs: JobDefinition[];
  /** Jobs that are nothing but other workflows. */
  calls: Call[];
  /** Ids of jobs and calls, as the file has them. */
  order: string[];
}

/** A job that is nothing but another workflow. */
export interface Call extends Scope {
  key: string;
  /** `owner/name/path@ref`, or `./path` of the same commit. */
  uses: string;
  name?: Template;
  permissions?: Template;
  /** Inputs that it hands over. */
  with?: Template;
  /** Whether the called jobs have the caller's secrets. */
  inheritsSecrets: boolean;
}

/** An input of a workflow: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs */
export interface InputDefinition {
  type?: "string" | "boolean" | "number" | "choice" | "environment";
  required?: boolean;
  default?: string | number | boolean;
  options?: string[];
}

/** What `on.<event>` may narrow down: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#on */
export interface EventFilter {
  types?: string[];
  branches?: string[];
  "branches-ignore"?: string[];
  tags?: string[];
  "tags-ignore"?: string[];
  paths?: string[];
  "paths-ignore"?: string[];
  /** Of `workflow_dispatch` and `workflow_call`. */
  inputs?: Record<string, InputDefinition>;
  outputs?: Record<string, { value?: unknown }>;
}

/** The file is no workflow that GitHub would run. */
export class InvalidWorkflow extends Error {}

/** Keys of a job that would be silently without effect here. */
const missing = ["container", "services", "uses", "snapshot"];

/**
 * Reads a workflow file with GitHub's parser.
 *
 * @param path of the file, its name where it has none of its own
 * @throws InvalidWorkflow with every problem
 */
export async function readWorkflow(path: string, text: string): Promise<Workflow> {
  const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = languageServices();
  const { context, value } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
  if (value === undefined) throw invalid(path, context.errors.getErrors());
  const template = await convertWorkflowTemplate(context, value);
  if (context.errors.count > 0) throw invalid(path, context.errors.getErrors());

  const root = mapping(JSON.parse(JSON.stringify(value)) as Template);
  const source = parse(text) as {
    name?: string;
    env?: unknown;
    defaults?: unknown;
    on: unknown;
    jobs: Record<string, unknown>;
  };
  const bodies = mapping(root.jobs);
  const parts = {
    name: source.name ?? path,
    env: source.env,
    defaults: source.defaults,
    events: withInputs(template.events as Record<string, EventFilter>, source.on),
    concurrency: root.concurrency,
    permissions: root.permissions,
  };
  const scopeOf = (job: (typeof template.jobs)[number]): Scope => ({
    condition: job.if.expression,
    needed: Object.fromEntries((job.needs ?? []).map((need) => [need.value, [need.value]])),
  });
  const isCall = ({ id }: { id: { value: string } }) => "uses" in mapping(bodies[id.value]);
  const calls = template.jobs
    .filter(isCall)
    .map((job) => ({ ...callIn(path, job.id.value, bodies[job.id.value]), ...scopeOf(job) }));
  const ownJobs = template.jobs.filter((job) => !isCall(job));
  const jobs = ownJobs.map((job): JobDefinition => {
    const key = job.id.value;
    const body = mapping(bodies[key]);
    const lacks = missing.find((name) => name in body);
    if (lacks)
      throw new InvalidWorkflow(`${path}: jobs.${key}.${lacks} is not there yet in the sandbox's GitHub.`);
    const strategy = mapping(body.strategy);
    if ("max-parallel" in strategy)
      throw new InvalidWorkflow(
        `${path}: jobs.${key}.strategy.max-parallel is not there yet in the sandbox's GitHub.`,
      );
    return {
      key,
      id: key,
      ...scopeOf(job),
      waits: (job.needs ?? []).map((need) => need.value),
      name: body.name,
      runsOn: body["runs-on"] ?? null,
      matrix: strategy.matrix,
      failFast: strategy["fail-fast"],
      concurrency: body.concurrency,
      permissions: body.permissions,
      timeoutMinutes: body["timeout-minutes"],
      continueOnError: body["continue-on-error"],
      environment: body.environment,
      source: source.jobs[key] as Record<string, unknown>,
    };
  });
  return { ...parts, jobs, calls, order: template.jobs.map(({ id }) => id.value) };
}

/** The parser converts filters, not inputs. */
function withInputs(events: Record<string, EventFilter>, on: unknown): Record<string, EventFilter> {
  const given = (typeof on === "object" ? on : {}) as Record<string, EventFilter | null>;
  return Object.fromEntries(
    Object.entries(events).map(([name, filter]) => {
      const { inputs, outputs } = given[name] ?? {};
      return [name, { ...filter, ...(inputs && { inputs }), ...(outputs && { outputs }) }];
    }),
  );
}

/** A job with `uses`, without what the parser has converted. */
function callIn(path: string, key: string, body: Template | undefined): Omit<Call, keyof Scope> {
  const { uses, name, permissions, with: inputs, secrets, ...others } = mapping(body);
  const [lacks] = Object.keys(others).filter((one) => !["needs", "if"].includes(one));
  if (lacks !== undefined || (secrets !== undefined && secrets !== "inherit"))
    throw new InvalidWorkflow(
      `${path}: jobs.${key}.${lacks ?? "secrets"} beside uses is not there yet in the sandbox's GitHub.`,
    );
  return {
    key,
    uses: typeof uses === "string" ? uses : "",
    name,
    permissions,
    with: inputs,
    inheritsSecrets: secrets === "inherit",
  };
}

/** Entries of a mapping, whose keys are plain. */
export function mapping(template: Template | undefined): Record<string, Template> {
  if (typeof template !== "object" || template?.type !== 2) return {};
  return Object.fromEntries((template.map ?? []).map(({ Key, Value }) => [Key as string, Value]));
}

function invalid(path: string, errors: { message: string }[]): InvalidWorkflow {
  return new InvalidWorkflow(`${path}: ${errors.map(({ message }) => message).join("; ")}`);
}
