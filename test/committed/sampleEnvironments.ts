import type { CommittedEnvironment } from "../../committed/environment";

/** An environment with a runner, after the pattern of the real ones. */
export function deployed(
  name: string,
  filter: string,
  country: string,
  region: string,
): CommittedEnvironment {
  return {
    name,
    filter,
    paths: ["k8s/base/**", `k8s/${name}/**`],
    overlay: `k8s/${name}`,
    runner: {
      jobName: `dryrun-${name}`,
      projectName: `kubectl-to-trocco-${country}production`,
      region,
      clusterName: `trocco-${country}production`,
      eksVersionLabel: "1_35",
      enforcement: "report",
    },
  };
}

export const staging: CommittedEnvironment = {
  name: "staging",
  filter: "staging",
  paths: ["k8s/base/**", "k8s/staging/**"],
  overlay: "k8s/staging",
};

/** What the registry of the first user gives. */
export const environments: CommittedEnvironment[] = [
  staging,
  deployed("ja-production", "production", "", "ap-northeast-1"),
  deployed("in-production", "in-production", "in-", "ap-south-1"),
  deployed("kr-production", "kr-production", "kr-", "ap-northeast-2"),
];
