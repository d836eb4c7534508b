import { ownFilter } from "./ownFilter";

/** The part of the registry that appears in the committed files. */
export interface CommittedEnvironment {
  /** Name of the environment, such as `ja-production`. */
  name: string;
  /** Name of its path filter, such as `production`: an output of the job `changes`. */
  filter: string;
  /** Globs of the files that the environment is made of, each below a folder, such as `k8s/base/**`. */
  paths: string[];
  /** Kustomize folder, such as `k8s/ja-production`. */
  overlay: string;
  /** What checks the environment; absent where nothing can: staging, or a region that is not deployed yet. */
  runner?: CommittedRunner;
}

/** The runner of an environment and the cluster it reaches. */
export interface CommittedRunner {
  /** Job id, such as `dryrun-ja-production`. */
  jobName: string;
  /** Name of the CodeBuild project: the runner label is made of it. */
  projectName: string;
  /** AWS region code of the cluster. */
  region: string;
  /** Name of the EKS cluster. */
  clusterName: string;
  /** Kubernetes minor version of the cluster, such as `1_35`. */
  eksVersionLabel: string;
  /** Whether a change that the cluster would refuse fails the required check. */
  enforcement: "report" | "require";
  /** What applies releases to the cluster; absent where nothing does. */
  apply?: CommittedApply;
}

/** What a job of a release needs to start the build that applies it. */
export interface CommittedApply {
  /** Name of the CodeBuild project, in the runner's region. */
  projectName: string;
  /** The role that a job in the environment's GitHub environment may take. */
  roleArn: string;
}

/** Job ids that the workflow uses itself. */
const ownJobs = ["changes", "watch", "comment", "gate"];

/** How GitHub wants a job id and an output to be named. */
const identifier = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * Refuses environments that would make a workflow that GitHub refuses, or that quietly checks the wrong thing.
 * @throws Error that names every problem.
 */
export function checkEnvironments(environments: CommittedEnvironment[]): void {
  const problems = environmentProblems(environments);
  if (problems.length > 0) throw new Error(["The environments do not fit:", ...problems].join("\n  - "));
}

/** What is wrong with environments for the workflow, a sentence each; empty when nothing is. */
export function environmentProblems(environments: CommittedEnvironment[]): string[] {
  return [
    ...repeated(environments.map(({ name }) => name)).map((name) => `environment ${name} is there twice`),
    ...repeated([ownFilter, ...environments.map(({ filter }) => filter)]).map(
      (filter) => `filter ${filter} is used twice (the workflow itself has ${ownFilter})`,
    ),
    ...repeated([...ownJobs, ...environments.flatMap(({ runner }) => runner?.jobName ?? [])]).map(
      (job) => `job ${job} is there twice (the workflow itself has ${ownJobs.join(", ")})`,
    ),
    ...environments.flatMap((environment) =>
      problemsOf(environment).map((problem) => `${environment.name}: ${problem}`),
    ),
  ];
}

function problemsOf({ filter, paths, runner }: CommittedEnvironment): string[] {
  const problems: string[] = [];
  const names = { filter, ...(runner && { "job name": runner.jobName }) };
  for (const [what, name] of Object.entries(names)) {
    if (!identifier.test(name)) {
      problems.push(
        `${what} ${JSON.stringify(name)} must be letters, digits, _ and -, not beginning with a digit`,
      );
    }
  }
  if (paths.length === 0) problems.push("it has no paths, so it would never be checked");
  for (const path of paths) {
    // paths-filter takes a file that matches any of the globs, so a negated one would match nearly everything.
    if (path.startsWith("!")) problems.push(`path ${path} is negated: name what belongs to it instead`);
    else if (!/^[^/*?[\]{}()]+\//.test(path)) {
      problems.push(`path ${path} must begin with the name of a folder, such as k8s/base/**`);
    }
  }
  if (runner && !/^\d+_\d+$/.test(runner.eksVersionLabel)) {
    problems.push(`EKS version label ${JSON.stringify(runner.eksVersionLabel)} must look like 1_35`);
  }
  return problems;
}

/** Values that occur more than once, each once. */
export function repeated(names: string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
