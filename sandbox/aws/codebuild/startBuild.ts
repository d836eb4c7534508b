import type { Project } from "./projects";
import type { StartBuildInput } from "./shapes";

/** A project as one build has it: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html */
export function withOverrides(project: Project, input: StartBuildInput): Project {
  const { source, environment } = project;
  const given = <T extends object>(values: T) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
  const variables = new Map((environment.environmentVariables ?? []).map((one) => [one.name, one]));
  for (const variable of input.environmentVariablesOverride ?? []) variables.set(variable.name, variable);
  return {
    ...project,
    ...given({
      serviceRole: input.serviceRoleOverride,
      timeoutInMinutes: input.timeoutInMinutesOverride,
      queuedTimeoutInMinutes: input.queuedTimeoutInMinutesOverride,
      logsConfig: input.logsConfigOverride,
      sourceVersion: input.sourceVersion,
    }),
    source: {
      ...source,
      ...given({
        buildspec: input.buildspecOverride,
        location: input.sourceLocationOverride,
        auth: input.sourceAuthOverride,
        gitCloneDepth: input.gitCloneDepthOverride,
      }),
    },
    environment: {
      ...environment,
      ...given({
        image: input.imageOverride,
        computeType: input.computeTypeOverride,
        type: input.environmentTypeOverride,
        privilegedMode: input.privilegedModeOverride,
      }),
      environmentVariables: [...variables.values()],
    },
  };
}
