import { guardPolicyName } from "../dryrun/guard/denial";
import { guardedGroup, guardLabels } from "./guardNames";
import type { Manifest } from "./guardManifest";

/**
 * The policy that lets the group send dry runs of creates and updates, and nothing else. Every rule is needed: a
 * TokenRequest with `?dryRun=All` mints a real token (kubernetes/kubernetes:pkg/registry/core/serviceaccount/storage/token.go
 * never reads it), so asking for dry-run alone would not do.
 */
export function guardPolicy(): Manifest {
  const forbidden = (expression: string, message: string) => ({
    expression,
    message: `${guardedGroup} may ${message}`,
    // The default is 422 Invalid, which reads like an immutable field.
    reason: "Forbidden",
  });
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: guardPolicyName, labels: guardLabels },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ["*"],
            apiVersions: ["*"],
            operations: ["*"],
            // "*" alone would match no subresource.
            resources: ["*/*"],
            scope: "*",
          },
        ],
      },
      matchConditions: [
        {
          name: "group",
          // An expression that fails for somebody without groups would deny that somebody everything.
          expression: `has(request.userInfo.groups) && request.userInfo.groups.exists(group, group == "${guardedGroup}")`,
        },
      ],
      validations: [
        forbidden('request.operation in ["CREATE", "UPDATE"]', "not delete or connect"),
        forbidden("has(request.dryRun) && request.dryRun", "only send dry runs"),
        forbidden(
          '!has(request.subResource) || request.subResource == ""',
          "not use subresources, such as token, exec, eviction, status or scale",
        ),
      ],
    },
  };
}

/** Puts the policy in force. */
export function guardPolicyBinding(): Manifest {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: guardPolicyName, labels: guardLabels },
    spec: { policyName: guardPolicyName, validationActions: ["Deny", "Audit"] },
  };
}
