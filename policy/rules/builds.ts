import { Project } from "@pulumi/aws/codebuild";
import { validateResourceOfType, type ResourceValidationPolicy } from "@pulumi/policy";

/** Privileged builds run Docker, and whoever runs it is root of the build's machine. */
export const noPrivilegedBuilds: ResourceValidationPolicy = {
  name: "no-privileged-builds",
  description: "Builds have no privileged mode.",
  validateResource: validateResourceOfType(Project, ({ environment }, args, reportViolation) => {
    if (environment.privilegedMode) {
      reportViolation(
        "`environment.privilegedMode` is on. Mend: leave it out; a dry run starts no container.",
      );
    }
  }),
};
