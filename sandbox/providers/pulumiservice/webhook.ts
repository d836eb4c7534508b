import { boolean, set, string } from "../schema";
import { defaultsKey } from "../check";
import { omit, type Values } from "../values";
import { stackPath } from "./driftSchedule";
import type { PulumiCloudResource } from "./provider";

/** A webhook of a stack. Rules: pulumi/pulumi-pulumiservice:provider/pkg/resources/webhook.go (v1.3.0). */
export const webhook: PulumiCloudResource = {
  properties: {
    active: boolean({ required: true }),
    displayName: string({ required: true }),
    payloadUrl: string({ required: true }),
    organizationName: string({ required: true, replaces: true }),
    projectName: string({ required: true, replaces: true }),
    stackName: string({ required: true, replaces: true }),
    format: string({ default: "raw", oneOf: ["raw", "slack", "ms_teams", "pulumi_deployments"] }),
    filters: set(string(), { required: true }),
    name: string({ output: true }),
  },
  async create({ rest }, inputs) {
    const path = pathOf(inputs);
    const { name } = await rest.call<{ name: string }>(
      "POST",
      `stacks/${path}/hooks`,
      omit(inputs, defaultsKey),
    );
    return { id: `${path}/${name}`, state: { name } };
  },
  async read({ rest }, id) {
    return rest.find<Values>(hookPath(id));
  },
  async update({ rest }, id, { inputs }) {
    await rest.call("PATCH", hookPath(id), { ...omit(inputs, defaultsKey), name: id.split("/").at(-1) });
  },
  async delete({ rest }, id) {
    await rest.call("DELETE", hookPath(id));
  },
};

function pathOf({ organizationName: organization, projectName: project, stackName: stack }: Values): string {
  return stackPath({ organization, project, stack });
}

function hookPath(id: string): string {
  const parts = id.split("/");
  return `stacks/${parts.slice(0, -1).join("/")}/hooks/${parts.at(-1) ?? ""}`;
}
