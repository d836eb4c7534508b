import { parse } from "yaml";
import { languageServices } from "./languageServices";
import type { Template } from "./expressions";
import type { WorkflowParts } from "./executor";

/** A job as the scheduler sees it: what GitHub evaluates before a machine has it. */
export interface JobDefinition {
  key: string;
  needs: string[];
  /** With `success() &&` before it, where it names no status function. */
  condition: string;
  name?: Template;
  runsOn: Template;
  matrix?: Template;
  failFast?: Template;
  concurrency?: Template;
  permissions?: Template;
  timeoutMinutes?: Template;
  continueOnError?: Template;
  /** What stands before its name, and the file that it is defined in, where another workflow calls it. */
  called?: { prefix: string; workflowRef: string };
  /** As it stands in the file. */
  source: Record<string, unknown>;
}

/** A workflow file that can run. */
export interface Workflow extends WorkflowParts {
  /** Filters by event. */
  events: Record<string, EventFilter>;
  concurrency?: Template;
  permissions?: Template;
  jobs: JobDefinition[];
  /** The workflow that its only job calls. */
  call?: Call;
}

/** A job that is nothing but another workflow. */
export interface Call {
  key: string;
  /** `owner/name/path@ref`, or `./path` of the same commit. */
  uses: string;
  name?: Template;
  permissions?: Template;
}

/** What `on.<event>` may narrow down: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#on */
export interface EventFilter {
  types?: string[];
  branches?: string[];
  "branches-ignore"?: string[];
  paths?: string[];
  "paths-ignore"?: string[];
}

/** The file is no workflow that GitHub would run. */
export class InvalidWorkflow extends Error {}

/** Keys of a job that would be silently without effect here. */
const missing = ["environment", "container", "services", "uses", "snapshot"];

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
    jobs: Record<string, unknown>;
  };
  const bodies = mapping(root.jobs);
  const parts = {
    name: source.name ?? path,
    env: source.env,
    defaults: source.defaults,
    events: template.events as Record<string, EventFilter>,
    concurrency: root.concurrency,
    permissions: root.permissions,
  };
  const call = callIn(path, bodies);
  if (call) return { ...parts, jobs: [], call };
  const jobs = template.jobs.map((job): JobDefinition => {
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
      needs: (job.needs ?? []).map((need) => need.value),
      condition: job.if.expression,
      name: body.name,
      runsOn: body["runs-on"] ?? null,
      matrix: strategy.matrix,
      failFast: strategy["fail-fast"],
      concurrency: body.concurrency,
      permissions: body.permissions,
      timeoutMinutes: body["timeout-minutes"],
      continueOnError: body["continue-on-error"],
      source: source.jobs[key] as Record<string, unknown>,
    };
  });
  return { ...parts, jobs };
}

/** The call that a workflow consists of, if it does. */
function callIn(path: string, bodies: Record<string, Template>): Call | undefined {
  const [[key, body] = ["", undefined], ...further] = Object.entries(bodies);
  const { uses, name, permissions, ...others } = mapping(body);
  if (typeof uses !== "string" || further.length > 0) return undefined;
  const [lacks] = Object.keys(others);
  if (lacks)
    throw new InvalidWorkflow(
      `${path}: jobs.${key}.${lacks} beside uses is not there yet in the sandbox's GitHub.`,
    );
  return { key, uses, name, permissions };
}

function mapping(template: Template | undefined): Record<string, Template> {
  if (typeof template !== "object" || template?.type !== 2) return {};
  return Object.fromEntries((template.map ?? []).map(({ Key, Value }) => [Key as string, Value]));
}

function invalid(path: string, errors: { message: string }[]): InvalidWorkflow {
  return new InvalidWorkflow(`${path}: ${errors.map(({ message }) => message).join("; ")}`);
}
