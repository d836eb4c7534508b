import { Cluster } from "@pulumi/aws/eks";
import { validateResourceOfType, type ResourceValidationPolicy } from "@pulumi/policy";

/** A cluster that the stack makes. What is wrong with one that was there says `pulumi up` (stacks/clusterChecks.ts). */
export const clusterIsPrivate: ResourceValidationPolicy = {
  name: "cluster-is-private",
  description: "A cluster's API server is reached from its VPC alone, and by access entries alone.",
  validateResource: validateResourceOfType(Cluster, ({ vpcConfig, accessConfig }, args, reportViolation) => {
    // Public access is EKS's default.
    if (vpcConfig.endpointPublicAccess !== false) {
      reportViolation("Its API server has a public address. Mend: `vpcConfig.endpointPublicAccess: false`.");
    }
    if (vpcConfig.endpointPrivateAccess !== true) {
      reportViolation("A runner cannot reach it. Mend: `vpcConfig.endpointPrivateAccess: true`.");
    }
    if (accessConfig?.authenticationMode !== "API") {
      reportViolation(
        "A ConfigMap in it may let others in. Mend: `accessConfig.authenticationMode` API, and access entries.",
      );
    }
  }),
};
