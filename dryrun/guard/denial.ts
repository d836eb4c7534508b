/** Name of the guard's ValidatingAdmissionPolicy and of its binding: a denial that names both is the guard's. */
export const guardPolicyName = "pr-dry-run-only";

/**
 * Whether a message of the API server is a denial by the guard's own policy and binding.
 * Source: kubernetes/apiserver:pkg/admission/plugin/policy/validating/dispatcher.go
 */
export function isGuardsDenial(message: string): boolean {
  return message.includes(
    `ValidatingAdmissionPolicy '${guardPolicyName}' with binding '${guardPolicyName}' denied request`,
  );
}
