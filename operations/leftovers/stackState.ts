import { execa } from "execa";

/** A resource as Pulumi's state has it. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  outputs?: Record<string, unknown>;
}

/** What Pulumi knows of a stack. */
export interface StackState {
  resources: StateResource[];
  /** Resources of which an update is making something right now, or was when it was killed. */
  pending: string[];
}

/** Reads a stack's state. @throws Error with what Pulumi says */
export async function readStackState(stack: string): Promise<StackState> {
  const { stdout, stderr, message, exitCode } = await execa(
    "pulumi",
    ["stack", "export", "--non-interactive", "--stack", stack],
    { reject: false },
  );
  if (exitCode === undefined) throw new Error(`pulumi does not run: ${message ?? ""}`);
  if (exitCode !== 0) throw new Error(`pulumi stack export --stack ${stack} failed: ${stderr.trim()}`);
  const { deployment } = JSON.parse(stdout) as {
    deployment: { resources?: StateResource[]; pending_operations?: { resource: StateResource }[] };
  };
  return {
    resources: deployment.resources ?? [],
    pending: (deployment.pending_operations ?? []).map(({ resource }) => resource.urn),
  };
}

/** The resources of one type, such as `aws:ec2/subnet:Subnet`. */
export function ofType({ resources }: StackState, type: string): StateResource[] {
  return resources.filter((resource) => resource.type === type);
}
