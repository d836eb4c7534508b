import type { Repository } from "../repository";
import { tokenPermissions, type Access } from "./permissions";
import {
  InvalidWorkflow,
  mapping,
  readWorkflow,
  type Call,
  type EventFilter,
  type GivenOutput,
  type InputDefinition,
  type JobDefinition,
  type Scope,
  type Workflow,
} from "./workflowFile";

/** A workflow that another one calls, as it was when the run began. */
export interface CalledFile {
  /** `owner/name/path@ref`, as `job_workflow_ref` has it. */
  workflowRef: string;
  /** Commit that it is of. */
  sha: string;
  text: string;
}

/** Whose run it is: what `./` means. */
export interface Caller {
  repository: Repository;
  sha: string;
  ref: string;
}

/**
 * The files that a workflow calls, by the calls' keys: of the same commit, or of a branch, tag or commit of the repository, the
 * tag before a branch of its name. Those of other repositories are not there.
 * https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#calling-a-reusable-workflow
 */
export async function calledFiles(
  { calls }: Pick<Workflow, "calls">,
  caller: Caller,
): Promise<Record<string, CalledFile>> {
  const found = await Promise.all(
    calls.map(async (call): Promise<[string, CalledFile]> => [call.key, await calledFile(call, caller)]),
  );
  return Object.fromEntries(found);
}

async function calledFile({ uses }: Call, { repository, sha, ref }: Caller): Promise<CalledFile> {
  const [, own, rest = "", name = ""] =
    /^(?:(\.)\/|(?:[^/]+\/[^/]+)\/)(\.github\/workflows\/[^/@]+)(?:@(.+))?$/.exec(uses) ?? [];
  const isLocal = own !== undefined;
  const isHere = isLocal ? name === "" : uses.startsWith(`${repository.fullName}/`) && name !== "";
  const named = isLocal ? { ref, commit: sha } : await refNamed(repository, name);
  const entry = isHere && named.commit !== undefined ? await repository.entry(named.commit, rest) : undefined;
  if (entry === undefined)
    throw new InvalidWorkflow(`error parsing called workflow "${uses}": workflow was not found.`);
  return {
    workflowRef: `${repository.fullName}/${rest}@${named.ref}`,
    sha: named.commit ?? "",
    text: (await repository.read(entry.sha)).toString("utf8"),
  };
}

/** What a name behind the @ means, and how it is shown. */
async function refNamed(
  repository: Repository,
  name: string,
): Promise<{ ref: string; commit: string | undefined }> {
  for (const ref of name.startsWith("refs/") ? [name] : [`refs/tags/${name}`, `refs/heads/${name}`]) {
    const commit = await repository.object(`${ref}^{commit}`);
    if (commit !== undefined) return { ref, commit };
  }
  return { ref: name, commit: await repository.object(`${name}^{commit}`) };
}

/** A workflow with the jobs that it calls in the place of the calls. */
export async function withCalled(caller: Workflow, files: Record<string, CalledFile>): Promise<Workflow> {
  const found = await Promise.all(
    caller.calls.map(async (call): Promise<[string, CalledJobs]> => {
      const file = files[call.key];
      return [call.key, file ? await calledJobs(caller, call, file) : { jobs: [], given: {} }];
    }),
  );
  const jobsOf = new Map(found.map(([key, { jobs }]) => [key, jobs]));
  const givenBy = new Map(found.map(([key, { given }]) => [key, given]));
  const keysOf = (id: string) => jobsOf.get(id)?.map(({ key }) => key) ?? [id];
  const flat = (scope: Scope): Scope => ({
    condition: scope.condition,
    needed: Object.fromEntries(Object.keys(scope.needed).map((id) => [id, keysOf(id)])),
    given: Object.fromEntries(
      Object.keys(scope.needed).flatMap((id) => {
        const given = givenBy.get(id);
        return given ? [[id, given]] : [];
      }),
    ),
  });
  const jobs = caller.order.flatMap((id) => {
    const own = caller.jobs.filter(({ key }) => key === id).map((job) => ({ ...job, ...flat(job) }));
    const called = (jobsOf.get(id) ?? []).map((job) => ({
      ...job,
      called: job.called && { ...job.called, call: { ...job.called.call, ...flat(job.called.call) } },
    }));
    return [...own, ...called].map((job: JobDefinition) => ({
      ...job,
      waits: [job.needed, job.called?.call.needed ?? {}].flatMap((needed) => Object.values(needed).flat()),
    }));
  });
  return { ...caller, jobs };
}

/** What a call stands for. */
interface CalledJobs {
  /** Their needs are still those of their own file. */
  jobs: JobDefinition[];
  given: Record<string, GivenOutput>;
}

async function calledJobs(caller: Workflow, call: Call, file: CalledFile): Promise<CalledJobs> {
  const { workflowRef, sha, text } = file;
  const workflow = await readWorkflow(workflowRef, text);
  const trigger = workflow.events.workflow_call;
  if (trigger === undefined)
    throw new InvalidWorkflow(
      `error parsing called workflow "${workflowRef}": workflow is not reusable as it is missing a \`on.workflow_call\` trigger`,
    );
  if (workflow.calls.length > 0 || workflow.concurrency !== undefined)
    throw new InvalidWorkflow(
      `${workflowRef}: calls and concurrency of a called workflow are not there yet in the sandbox's GitHub.`,
    );
  const inputs = trigger.inputs ?? {};
  checkInputs(call, inputs);
  const { env, defaults, name } = workflow;
  const prefix = `${typeof call.name === "string" ? call.name : call.key} / `;
  const jobs = workflow.jobs.map((job) => {
    checkPermissions(caller, call, workflow, job);
    const inCall = (ids: string[]) => ids.map((id) => `${call.key}/${id}`);
    return {
      ...job,
      key: `${call.key}/${job.id}`,
      needed: Object.fromEntries(Object.keys(job.needed).map((id) => [id, inCall([id])])),
      permissions: job.permissions ?? workflow.permissions ?? call.permissions ?? caller.permissions,
      // What the caller has in `env` or `defaults` its callees do not get.
      called: { call, prefix, workflowRef, sha, inputs, name, env, defaults },
    };
  });
  return { jobs, given: givenOutputs(workflowRef, call, trigger.outputs ?? {}) };
}

/**
 * Outputs of a called workflow: https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#using-outputs-from-a-reusable-workflow
 * Each as documented, one output of one of its jobs; other expressions are refused.
 */
function givenOutputs(
  workflowRef: string,
  { key }: Call,
  outputs: NonNullable<EventFilter["outputs"]>,
): Record<string, GivenOutput> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value }]) => {
      const [, job, output] = /^\$\{\{\s*jobs\.([\w-]+)\.outputs\.([\w-]+)\s*\}\}$/.exec(String(value)) ?? [];
      if (job === undefined || output === undefined)
        throw new InvalidWorkflow(
          `${workflowRef}: the value of the output ${name} is not there yet in the sandbox's GitHub, only \${{ jobs.<id>.outputs.<name> }}.`,
        );
      return [name, { job: `${key}/${job}`, output }];
    }),
  );
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idwith */
function checkInputs({ with: given, key }: Call, inputs: Record<string, InputDefinition>): void {
  const names = Object.keys(mapping(given));
  const unknown = names.find((name) => !(name in inputs));
  if (unknown !== undefined)
    throw new InvalidWorkflow(
      `jobs.${key}: Invalid input, ${unknown} is not defined in the referenced workflow.`,
    );
  const lacks = Object.entries(inputs).find(([name, { required }]) => required && !names.includes(name));
  if (lacks)
    throw new InvalidWorkflow(`jobs.${key}: Input ${lacks[0]} is required, but not provided while calling.`);
}

const ranks: Access[] = ["none", "read", "write"];

/**
 * "Permissions can only be maintained or reduced—not elevated":
 * https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations
 */
function checkPermissions(caller: Workflow, call: Call, workflow: Workflow, job: JobDefinition): void {
  const allowed = tokenPermissions(caller.permissions, call.permissions, false);
  const wanted = tokenPermissions(
    workflow.permissions ?? call.permissions ?? caller.permissions,
    job.permissions,
    false,
  );
  for (const [name, access] of Object.entries(wanted)) {
    const most = allowed[name] ?? "none";
    if (ranks.indexOf(access) > ranks.indexOf(most))
      throw new InvalidWorkflow(
        `The nested job '${job.id}' is requesting '${name}: ${access}', but is only allowed '${name}: ${most}'.`,
      );
  }
}
