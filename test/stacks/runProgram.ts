import * as pulumi from "@pulumi/pulumi";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type { Environment } from "../../stacks/environments";
import { mockStack, registeredUrns, settled, type MockWorld, type Registered } from "../pulumiMocks";

// Modules are loaded by hand, because a run needs them new: they read the registry when they load.
const load = createRequire(__filename);
const checkout = dirname(dirname(__dirname));
const ourFolders = ["index.ts", "stacks", "components", "committed"].map((name) => join(checkout, name));

/** A run of the whole program. */
export interface ProgramRun {
  registered: Registered[];
  urns: string[];
  outputs: Record<string, unknown>;
  /** What stopped the program, if anything did. */
  error?: Error;
}

/**
 * Runs index.ts as the engine would, with mocks. The program's modules are loaded anew, after the mocks and the
 * configuration; `edit` may change the registry before the program reads it.
 */
export async function runProgram(
  stack: string,
  config: Record<string, string>,
  world: MockWorld,
  edit: (environments: Environment[]) => void = () => undefined,
): Promise<ProgramRun> {
  const registered = await mockStack(stack, world);
  pulumi.runtime.setAllConfig(config);
  for (const file of Object.keys(load.cache)) {
    if (ourFolders.some((ours) => file === ours || file.startsWith(ours + sep))) delete load.cache[file];
  }
  const registry = load("../../stacks/environments") as { environments: Environment[] };
  edit(registry.environments);
  const program = load("../../index") as () => Promise<Record<string, pulumi.Input<unknown>>>;

  let outputs: Record<string, unknown> = {};
  let error: Error | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      const exported = await program();
      outputs = await resolved(exported);
    } catch (stopped) {
      error = stopped as Error;
    }
    return {};
  });
  await settled();
  return { registered, urns: registeredUrns(), outputs, ...(error === undefined ? {} : { error }) };
}

function resolved(exported: Record<string, pulumi.Input<unknown>>): Promise<Record<string, unknown>> {
  return new Promise((resolve) => pulumi.all(exported).apply((values) => resolve(values)));
}
