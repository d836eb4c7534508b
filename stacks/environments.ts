/** What a pull request that fails in a region does to the gate. */
export type Enforcement =
  /** It is said loudly, but the gate stays green: for the first days with a cluster. */
  | "report"
  /** The gate is red. */
  | "require";

/** One cluster and what belongs to it. */
export interface Environment {
  /** Name of the environment, and of its stack where it has a runner. */
  name: string;
  /** Name of the path filter in the workflow. */
  filter: string;
  /** Paths of the manifests, as picomatch patterns: base, overlay, and whatever else the overlay reads. */
  paths: string[];
  /** The kustomize folder of the environment. */
  overlay: string;
  /**
   * Whether anything refers to this environment. A new one is merged inactive, its stack initialised and brought up,
   * then switched on; a leaving one is switched off, the home stack brought up, then its stack destroyed.
   */
  active: boolean;
  /** The runner. An environment without one has a path filter only, and is reported as not checked. */
  runner?: Runner;
}

/** The runner of an environment and the cluster it checks. */
export interface Runner {
  /** Id of the job in the workflow. */
  jobName: string;
  /** Name of the CodeBuild project: the runner's label, so a contract, and unique over all regions. */
  projectName: string;
  /** AWS region code. */
  region: string;
  /** Name of the EKS cluster. */
  clusterName: string;
  /** Minor version of the cluster as it stands in the workflow, such as `1_35`. */
  eksVersionLabel: string;
  enforcement: Enforcement;
}

/** An environment that has a runner, and so a stack. */
export type EnvironmentWithRunner = Environment & { runner: Runner };

/** The environment whose stack owns the committed files. */
export const homeEnvironment = "ja-production";

/** All environments. Adding one takes an entry here and a file `Pulumi.<name>.yaml`, nothing else. */
export const environments: Environment[] = [
  {
    name: "staging",
    filter: "staging",
    paths: ["k8s/base/**", "k8s/staging/**"],
    overlay: "k8s/staging",
    active: true,
  },
  {
    name: "ja-production",
    filter: "production",
    paths: ["k8s/base/**", "k8s/ja-production/**"],
    overlay: "k8s/ja-production",
    active: true,
    runner: {
      jobName: "dryrun-ja-production",
      projectName: "kubectl-to-trocco-production",
      region: "ap-northeast-1",
      clusterName: "trocco-production",
      eksVersionLabel: "1_35",
      enforcement: "report",
    },
  },
  {
    name: "in-production",
    filter: "in-production",
    paths: ["k8s/base/**", "k8s/in-production/**"],
    overlay: "k8s/in-production",
    active: true,
    runner: {
      jobName: "dryrun-in-production",
      projectName: "kubectl-to-trocco-in-production",
      region: "ap-south-1",
      clusterName: "trocco-in-production",
      eksVersionLabel: "1_35",
      enforcement: "report",
    },
  },
  {
    name: "kr-production",
    filter: "kr-production",
    paths: ["k8s/base/**", "k8s/kr-production/**"],
    overlay: "k8s/kr-production",
    active: true,
    runner: {
      jobName: "dryrun-kr-production",
      projectName: "kubectl-to-trocco-kr-production",
      region: "ap-northeast-2",
      clusterName: "trocco-kr-production",
      eksVersionLabel: "1_35",
      enforcement: "report",
    },
  },
];

/** Whether an environment has a runner, and so a stack. */
export function hasRunner(environment: Environment): environment is EnvironmentWithRunner {
  return environment.runner !== undefined;
}
