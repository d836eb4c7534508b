import * as pulumi from "@pulumi/pulumi";

/** Whether a stack of this project had an output after its last update. */
export async function stackHasOutput(stack: string, output: string): Promise<boolean> {
  return (await stackOutputs(stack, [output]))[output] !== undefined;
}

/** Plain outputs of a stack of this project after its last update. Once a stack: the reference is a resource. */
export async function stackOutputs<Name extends string>(
  stack: string,
  outputs: Name[],
): Promise<Partial<Record<Name, unknown>>> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
  // Pulumi ends the program, uncatchably, where the other stack was never initialised. All that a person sees of ours
  // beside `unknown stack` is the name of the reference, so that is where the help stands.
  const reference = new pulumi.StackReference(`${stack} (initialised by: npm run init-stacks)`, { name });
  const details = outputs.map(
    async (output) => [output, (await reference.getOutputDetails(output)).value as unknown] as const,
  );
  return Object.fromEntries(await Promise.all(details)) as Partial<Record<Name, unknown>>;
}

/**
 * Whether this stack itself had an output after its last update. Asked for without a resource: a `StackReference` to oneself
 * stands in the state with what the stack put out before, so that the next refresh would find it changed.
 */
export async function hadOutput(stack: string, output: string): Promise<boolean> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
    outputs?: Record<string, unknown>;
  };
  return outputs?.[output] !== undefined;
}
