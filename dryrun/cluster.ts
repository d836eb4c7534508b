import { join } from "node:path";
import { type CommandResult, run } from "./command";
import { CouldNotCheck } from "./couldNotCheck";
import type { Inputs } from "./inputs";

/** Runs kubectl against the cluster. */
export type Kubectl = (args: string[], input?: string) => CommandResult;

/**
 * Connects kubectl with the EKS cluster, through a kubeconfig of its own.
 * @param folder where the kubeconfig goes.
 * @throws CouldNotCheck if the cluster is not there, not reachable, or of another version than is said.
 */
export function connect({ clusterName, region, version }: Inputs, folder: string): Kubectl {
  const kubeconfig = join(folder, "kubeconfig");
  const update = [
    "eks",
    "update-kubeconfig",
    "--name",
    clusterName,
    "--region",
    region,
    "--kubeconfig",
    kubeconfig,
  ];
  const { exitCode, stderr } = run("aws", update);
  if (exitCode !== 0) {
    throw new CouldNotCheck(`the EKS cluster ${clusterName} in ${region} cannot be found: ${stderr.trim()}`);
  }
  const kubectl: Kubectl = (args, input) =>
    run("kubectl", ["--kubeconfig", kubeconfig, "--request-timeout=60s", ...args], input);
  checkVersions(kubectl, clusterName, version);
  return kubectl;
}

interface Version {
  major: string;
  minor: string;
}

function checkVersions(kubectl: Kubectl, clusterName: string, expected: string): void {
  const { exitCode, stdout, stderr } = kubectl(["version", "--output=json"]);
  if (exitCode !== 0) {
    throw new CouldNotCheck(`the API server of ${clusterName} does not answer: ${stderr.trim()}`);
  }
  const { clientVersion, serverVersion } = JSON.parse(stdout) as {
    clientVersion: Version;
    serverVersion: Version;
  };
  // EKS calls its minor versions "35+" at times.
  const minor = (version: Version) => Number.parseInt(version.minor, 10);
  const actual = `${serverVersion.major}.${String(minor(serverVersion))}`;
  if (actual !== expected) {
    throw new CouldNotCheck(
      `${clusterName} runs Kubernetes ${actual}, and the version label says ${expected}. Set its EKS version label ` +
        `to ${actual.replace(".", "_")} in the registry of eks-dryrun-runner and deploy its home stack.`,
    );
  }
  // Source: https://kubernetes.io/releases/version-skew-policy/#kubectl
  if (Math.abs(minor(clientVersion) - minor(serverVersion)) > 1) {
    throw new CouldNotCheck(
      `kubectl ${clientVersion.major}.${String(minor(clientVersion))} of the runner's image is more than one minor ` +
        `version away from ${clusterName}, which runs ${actual}. Take another image for the runner.`,
    );
  }
}
