import { hasRunner, homeEnvironment, type Environment } from "./environments";

/** CodeBuild's own rule: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html */
const projectNamePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$/;
/** GitHub's own rule for job ids. */
const jobNamePattern = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * What is wrong with the registry, a sentence each; empty when nothing is. The names in it are contracts with GitHub
 * and CodeBuild, where a double would not fail but hang.
 */
export function registryProblems(environments: Environment[]): string[] {
  const withRunner = environments.filter(hasRunner);
  const home = withRunner.find(({ name }) => name === homeEnvironment);
  return [
    ...doubles(
      "name",
      environments.map(({ name }) => name),
    ),
    ...doubles(
      "filter",
      environments.map(({ filter }) => filter),
    ),
    ...doubles(
      "runner.jobName",
      withRunner.map(({ runner }) => runner.jobName),
    ),
    ...doubles(
      "runner.projectName",
      withRunner.map(({ runner }) => runner.projectName),
    ),
    ...environments.filter(({ paths }) => paths.length === 0).map(({ name }) => `${name}: paths is empty`),
    ...withRunner.flatMap(({ name, runner }) => [
      ...mismatch(name, "runner.projectName", runner.projectName, projectNamePattern),
      ...mismatch(name, "runner.jobName", runner.jobName, jobNamePattern),
      ...mismatch(name, "runner.eksVersionLabel", runner.eksVersionLabel, /^1_\d+$/),
    ]),
    ...(home?.active ? [] : [`${homeEnvironment}: the home environment must be active and have a runner`]),
  ].map((problem) => `stacks/environments.ts: ${problem}`);
}

function doubles(key: string, values: string[]): string[] {
  const seen = values.filter((value, index) => values.indexOf(value) !== index);
  return [...new Set(seen)].map((value) => `${key} "${value}" occurs more than once, expected once`);
}

function mismatch(environment: string, key: string, value: string, pattern: RegExp): string[] {
  return pattern.test(value) ? [] : [`${environment}: ${key} is "${value}", expected ${pattern.source}`];
}
