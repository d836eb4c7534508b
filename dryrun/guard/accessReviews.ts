import { concurrently } from "../concurrently";
import { type Api, connections } from "../kubernetes/api";
import { asMap } from "../render/objects";

/** What no identity of a dry run should be allowed, as RBAC calls it. Admission does not see the reads among them. */
const forbidden: { verb: string; group?: string; resource: string; subresource?: string }[] = [
  { verb: "*", group: "*", resource: "*" },
  { verb: "get", resource: "secrets" },
  { verb: "list", resource: "secrets" },
  { verb: "watch", resource: "secrets" },
  { verb: "patch", resource: "secrets" },
  { verb: "impersonate", resource: "users" },
  { verb: "impersonate", resource: "groups" },
  { verb: "impersonate", resource: "serviceaccounts" },
  { verb: "create", resource: "pods", subresource: "exec" },
  { verb: "get", resource: "pods", subresource: "exec" },
  { verb: "get", resource: "pods", subresource: "log" },
  { verb: "create", resource: "pods", subresource: "portforward" },
  { verb: "create", resource: "serviceaccounts", subresource: "token" },
  { verb: "get", resource: "nodes", subresource: "proxy" },
  { verb: "delete", resource: "namespaces" },
  { verb: "bind", group: "rbac.authorization.k8s.io", resource: "clusterroles" },
  { verb: "escalate", group: "rbac.authorization.k8s.io", resource: "clusterroles" },
  ...[
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "mutatingadmissionpolicies",
  ].flatMap((resource) =>
    ["create", "update", "patch", "delete"].map((verb) => ({
      verb,
      group: "admissionregistration.k8s.io",
      resource,
    })),
  ),
];

/**
 * What the identity may do but should not, as sentences. It asks for what RBAC says: the guard's policy is not in it.
 */
export async function identityProblems(api: Api): Promise<string[]> {
  const answers = await concurrently(
    forbidden,
    connections,
    async ({ verb, group = "", resource, subresource }) => {
      const review = {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { verb, group, resource, ...(subresource && { subresource }) } },
      };
      const { body, code } = await api.send({
        method: "POST",
        path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        body: JSON.stringify(review),
      });
      const what = `${verb} ${[resource, subresource].filter(Boolean).join("/")}${group && group !== "*" ? ` (${group})` : ""}`;
      if (code !== 201) return "unknown";
      return asMap(body.status).allowed === true ? `It may ${what} in every namespace.` : undefined;
    },
  );
  const problems = answers.filter((answer) => answer !== undefined && answer !== "unknown") as string[];
  const unknown = answers.filter((answer) => answer === "unknown").length;
  return [
    ...problems,
    ...(unknown > 0
      ? [`The cluster did not say what it may do (${String(unknown)} questions without an answer).`]
      : []),
  ];
}
