import { consolePaths } from "./aws/consolePaths";
import type { SandboxState } from "./folder";
import { regions } from "./world";

/**
 * Path of a kubeconfig for the administrator of a region's cluster. The cluster is started if it does not run, and the
 * first time filled with the overlay of its region.
 *
 * @param name of the cluster, in a region that the company did not have at first
 * @throws Error if the sandbox has no such region, or its cluster does not start
 */
export async function adminKubeconfig(
  { ports }: SandboxState,
  region: string,
  name = regions.find((one) => one.region === region)?.clusterName,
): Promise<string> {
  if (name === undefined)
    throw new Error(`--region ${region}: expected one of ${regions.map((one) => one.region).join(", ")}.`);
  const response = await fetch(`http://127.0.0.1:${String(ports.aws)}${consolePaths.adminKubeconfig}`, {
    method: "POST",
    body: JSON.stringify({ region, clusterName: name }),
  });
  const { path, message } = (await response.json()) as { path?: string; message?: string };
  if (path === undefined) throw new Error(`The cluster ${name} does not start: ${String(message)}`);
  return path;
}
