import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseDocument } from "yaml";
import { checkout } from "../folder";

/**
 * A copy of the deployments project's Pulumi files, whose `main` leads back to the checkout: pulumi writes into stack files.
 *
 * @param root folder of the sandbox, in which the copy is made
 * @param config what is set in the stack file
 * @returns the copy's folder
 */
export async function copyDeploymentsProject(root: string, config: Record<string, string>): Promise<string> {
  const source = join(checkout, "deployments");
  const copy = await mkdtemp(join(root, "deployments-"));
  const stackFile = parseDocument(await readFile(join(source, "Pulumi.production.yaml"), "utf8"));
  for (const [key, value] of Object.entries(config)) stackFile.setIn(["config", key], value);
  await writeFile(join(copy, "Pulumi.production.yaml"), stackFile.toString());
  const document = parseDocument(await readFile(join(source, "Pulumi.yaml"), "utf8"));
  document.set("main", join(relative(copy, source), String(document.get("main"))));
  await writeFile(join(copy, "Pulumi.yaml"), document.toString());
  return copy;
}
