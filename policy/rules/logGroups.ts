import { LogGroup } from "@pulumi/aws/cloudwatch";
import { validateResourceOfType, type ResourceValidationPolicy } from "@pulumi/policy";

/** CloudWatch Logs keeps what has no retention for ever. */
export const logRetention: ResourceValidationPolicy = {
  name: "log-retention",
  description: "Log groups forget: each has a retention.",
  validateResource: validateResourceOfType(LogGroup, ({ retentionInDays }, args, reportViolation) => {
    if (!retentionInDays) {
      reportViolation("It keeps everything for ever. Mend: `retentionInDays`, such as 30.");
    }
  }),
};
