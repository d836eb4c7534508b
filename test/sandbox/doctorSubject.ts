import { awsClients } from "../../operations/doctor/awsClients";
import { GitHub } from "../../operations/doctor/github";
import type { Subject } from "../../operations/doctor/subject";
import { githubToken } from "../../sandbox/environment";
import type { Sandbox } from "../../sandbox/testing";
import { accountId } from "../../sandbox/world";
import { environments, homeEnvironment } from "../../stacks/environments";
import { resolveStack } from "../../stacks/stack";
import { succeeded } from "./deployedWorld";

/** What doctor examines, in this process: a stack of a sandbox, as its configuration is now. */
export async function doctorSubject(sandbox: Sandbox, stack: string): Promise<Subject> {
  const { environment, settings } = await resolved(stack);
  const home = stack === homeEnvironment ? settings : (await resolved(homeEnvironment)).settings;
  const endpoint = `http://127.0.0.1:${String(sandbox.state.ports.aws)}`;
  const credentials = { accessKeyId: "doctor", secretAccessKey: "doctor" };
  return {
    environment,
    settings,
    allowedAccountIds: [accountId],
    homeSettings: () => Promise.resolve(home),
    aws: (region) => awsClients({ region, endpoint, credentials }),
    github: new GitHub(`http://127.0.0.1:${String(sandbox.state.ports.github)}`, githubToken),
  };

  async function resolved(name: string) {
    const shown = succeeded(await sandbox.pulumi(["config", "--json"], { stack: name }));
    const values = JSON.parse(shown) as Record<string, { value: string }>;
    const config = Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value]));
    return resolveStack(name, environments, config, {});
  }
}
