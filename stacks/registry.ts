import { environmentProblems, repeated } from "../committed/environment";
import { applyProjectName } from "./applyProjectName";
import { hasRunner, homeEnvironment, type Environment } from "./environments";

/** CodeBuild's own rule: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html */
const projectName = /^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$/;

/**
 * What is wrong with the registry, a sentence each; empty when nothing is. The names in it are contracts with GitHub
 * and CodeBuild, where a double would not fail but hang.
 */
export function registryProblems(environments: Environment[]): string[] {
  const withRunner = environments.filter(hasRunner);
  const home = withRunner.find(({ name }) => name === homeEnvironment);
  return [
    ...environmentProblems(environments),
    ...repeated(withRunner.map(({ runner }) => runner.projectName)).map(
      (name) =>
        `runner.projectName ${name} is there twice: it is the runner's label, so it is unique over all regions`,
    ),
    ...withRunner
      .filter(({ runner }) =>
        withRunner.some((other) => applyProjectName(other.runner) === runner.projectName),
      )
      .map(
        ({ name, runner }) =>
          `${name}: runner.projectName ${runner.projectName} is that of the project that applies another's releases`,
      ),
    ...withRunner
      .filter(({ runner }) => !projectName.test(runner.projectName))
      .map(
        ({ name, runner }) =>
          `${name}: runner.projectName "${runner.projectName}" must be 2 to 150 letters, digits, _ and -`,
      ),
    ...(home?.active ? [] : [`${homeEnvironment}: the home environment must be active and have a runner`]),
  ].map((problem) => `stacks/environments.ts: ${problem}`);
}
