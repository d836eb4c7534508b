import { mockStack, settled, type Registered } from "../pulumiMocks";

/** What a component registers, in a stack of its own. */
export async function registeredBy(construct: () => unknown): Promise<Registered[]> {
  const registered = await mockStack("test", { functions: {} });
  construct();
  await settled();
  return registered;
}
