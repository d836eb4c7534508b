import type { Repository } from "../repository";
import { tokenPermissions, type Access } from "./permissions";
import { InvalidWorkflow, readWorkflow, type Call, type JobDefinition, type Workflow } from "./workflowFile";

/** A workflow that another one calls, as it was when the run began. */
export interface CalledFile {
  /** `owner/name/path@ref`, as `job_workflow_ref` has it. */
  workflowRef: string;
  text: string;
}

/** Whose run it is: what `./` means. */
export interface Caller {
  repository: Repository;
  sha: string;
  ref: string;
}

/**
 * The file that a workflow calls: of the same commit, or of a branch or commit of the repository. Those of other
 * repositories are not there.
 * https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#calling-a-reusable-workflow
 */
export async function calledFile({ uses }: Call, { repository, sha, ref }: Caller): Promise<CalledFile> {
  const [, own, rest = "", name = ""] =
    /^(?:(\.)\/|(?:[^/]+\/[^/]+)\/)(\.github\/workflows\/[^/@]+)(?:@(.+))?$/.exec(uses) ?? [];
  const isLocal = own !== undefined;
  const isHere = isLocal ? name === "" : uses.startsWith(`${repository.fullName}/`) && name !== "";
  const branch = `refs/heads/${name}`;
  const isBranch = !isLocal && (await repository.object(branch)) !== undefined;
  const commit = isLocal ? sha : await repository.commit(isBranch ? branch : name);
  const entry = isHere && commit !== undefined ? await repository.entry(commit, rest) : undefined;
  if (entry === undefined)
    throw new InvalidWorkflow(`error parsing called workflow "${uses}": workflow was not found.`);
  return {
    workflowRef: `${repository.fullName}/${rest}@${isLocal ? ref : isBranch ? branch : name}`,
    text: (await repository.read(entry.sha)).toString("utf8"),
  };
}

/** A workflow with the jobs that it calls in the place of the call. */
export async function withCalled(caller: Workflow, called: CalledFile): Promise<Workflow> {
  const { call } = caller;
  if (!call) return caller;
  const { workflowRef, text } = called;
  const workflow = await readWorkflow(workflowRef, text);
  if (!("workflow_call" in workflow.events))
    throw new InvalidWorkflow(
      `error parsing called workflow "${workflowRef}": workflow is not reusable as it is missing a \`on.workflow_call\` trigger`,
    );
  if (workflow.call ?? workflow.concurrency)
    throw new InvalidWorkflow(
      `${workflowRef}: a call or concurrency in a called workflow is not there yet in the sandbox's GitHub.`,
    );
  const prefix = `${typeof call.name === "string" ? call.name : call.key} / `;
  for (const job of workflow.jobs) checkPermissions(caller, call, workflow, job);
  return {
    ...caller,
    // What the caller has in `env` or `defaults` its callees do not get.
    env: workflow.env,
    defaults: workflow.defaults,
    permissions: workflow.permissions,
    jobs: workflow.jobs.map((job) => ({ ...job, called: { prefix, workflowRef } })),
  };
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
        `The nested job '${job.key}' is requesting '${name}: ${access}', but is only allowed '${name}: ${most}'.`,
      );
  }
}
