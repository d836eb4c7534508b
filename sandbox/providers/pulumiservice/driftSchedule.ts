import { boolean, string } from "../schema";
import type { Values } from "../values";
import type { PulumiCloudResource } from "./provider";

interface Schedule {
  scheduleCron: string;
  definition: { request: { operationContext: { options: { remediateIfDriftDetected: boolean } } } };
}

/** Rules: pulumi/pulumi-pulumiservice:provider/pkg/resources/drift_schedules.go (v1.3.0). */
export const driftSchedule: PulumiCloudResource = {
  properties: {
    organization: string({ required: true, replaces: true }),
    project: string({ required: true, replaces: true }),
    stack: string({ required: true, replaces: true }),
    scheduleCron: string({ required: true }),
    autoRemediate: boolean({ default: false }),
    scheduleId: string({ output: true }),
  },
  async create({ rest }, inputs) {
    const path = stackPath(inputs);
    const { id } = await rest.call<{ id: string }>(
      "POST",
      `stacks/${path}/deployments/drift/schedules`,
      schedule(inputs),
    );
    return { id: `${path}/drift/${id}`, state: { scheduleId: id } };
  },
  async read({ rest }, id) {
    const { stack, scheduleId } = parse(id);
    const found = await rest.find<Schedule>(`stacks/${stack}/deployments/schedules/${scheduleId}`);
    if (!found) return undefined;
    const [organization, project, name] = stack.split("/");
    return {
      organization,
      project,
      stack: name,
      scheduleCron: found.scheduleCron,
      autoRemediate: found.definition.request.operationContext.options.remediateIfDriftDetected,
      scheduleId,
    };
  },
  async update({ rest }, id, { inputs }) {
    const { stack, scheduleId } = parse(id);
    await rest.call("POST", `stacks/${stack}/deployments/drift/schedules/${scheduleId}`, schedule(inputs));
  },
  async delete({ rest }, id) {
    const { stack, scheduleId } = parse(id);
    await rest.call("DELETE", `stacks/${stack}/deployments/schedules/${scheduleId}`);
  },
};

/** `organization/project/stack` of a resource's properties. */
export function stackPath(values: Values): string {
  const { organization, project, stack } = values as Record<string, string>;
  return `${organization ?? ""}/${project ?? ""}/${stack ?? ""}`;
}

function schedule({ scheduleCron, autoRemediate }: Values): Values {
  return { scheduleCron, autoRemediate };
}

function parse(id: string): { stack: string; scheduleId: string } {
  const [organization, project, stack, , scheduleId = ""] = id.split("/");
  return { stack: [organization, project, stack].join("/"), scheduleId };
}
