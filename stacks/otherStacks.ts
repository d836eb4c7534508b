import * as pulumi from "@pulumi/pulumi";

/** Whether a stack of this project had an output after its last update. */
export async function stackHasOutput(stack: string, output: string): Promise<boolean> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
  // Pulumi ends the program, uncatchably, where the other stack was never initialised. All that a person sees of ours
  // beside `unknown stack` is the name of the reference, so that is where the help stands.
  const reference = new pulumi.StackReference(`${stack} (initialised by: npm run init-stacks)`, { name });
  const details = await reference.getOutputDetails(output);
  return details.value !== undefined;
}
