import * as pulumi from "@pulumi/pulumi";
import program from "../../index";
import { environments, type Environment } from "../../stacks/environments";
import { mockStack, registeredUrns, settled, type MockWorld, type Registered } from "../pulumiMocks";

/** A run of the whole program. */
export interface ProgramRun {
  registered: Registered[];
  urns: string[];
  outputs: Record<string, unknown>;
  /** What stopped the program, if anything did. */
  error?: Error;
}

/** Runs index.ts as the engine would, with mocks, after `edit` has changed the registry for this run. */
export async function runProgram(
  stack: string,
  config: Record<string, string>,
  world: MockWorld,
  edit: (environments: Environment[]) => void = () => undefined,
): Promise<ProgramRun> {
  const registered = await mockStack(stack, world);
  pulumi.runtime.setAllConfig(config);
  const registry = structuredClone(environments);
  edit(environments);

  let outputs: Record<string, unknown> = {};
  let error: Error | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      outputs = await resolved(await program());
    } catch (stopped) {
      error = stopped as Error;
    }
    return {};
  });
  await settled();
  environments.splice(0, environments.length, ...registry);
  return { registered, urns: registeredUrns(), outputs, ...(error === undefined ? {} : { error }) };
}

function resolved(exported: Record<string, pulumi.Input<unknown>>): Promise<Record<string, unknown>> {
  return new Promise((resolve) => pulumi.all(exported).apply((values) => resolve(values)));
}
