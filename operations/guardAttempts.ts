import { guardRoleName } from "../committed/guardNames";
import { guardPolicyName } from "../dryrun/guard/denial";
import type { ApiRequest } from "./guardIdentity";

/** Something that the identity must not be able to do. */
export interface Attempt extends ApiRequest {
  what: string;
  /** Whether only the policy may refuse it, because RBAC grants it on purpose. */
  byPolicy?: true;
}

const merge = { "content-type": "application/merge-patch+json" };
const admission = "/apis/admissionregistration.k8s.io/v1";
// The API server makes this one itself, and makes it anew.
const priorityClasses = "/apis/scheduling.k8s.io/v1/priorityclasses";
const roles = "/apis/rbac.authorization.k8s.io/v1";

/**
 * A sample of attacks that is harmless on any cluster, with the guard or without: each is about something that is not
 * there, or is there already, or changes nothing. Only a refusal by the policy or by RBAC counts as one.
 */
export const attempts: Attempt[] = [
  {
    what: "create the Namespace default, which is there already",
    method: "POST",
    path: "/api/v1/namespaces",
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } },
    byPolicy: true,
  },
  {
    what: "create the PriorityClass system-cluster-critical, which is there already",
    method: "POST",
    path: priorityClasses,
    body: {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "system-cluster-critical" },
      value: 2_000_000_000,
    },
  },
  {
    what: "patch the Namespace default with nothing",
    method: "PATCH",
    path: "/api/v1/namespaces/default",
    headers: merge,
    body: {},
  },
  {
    what: "delete a PriorityClass system-cluster-critical with an id that it does not have",
    method: "DELETE",
    path: `${priorityClasses}/system-cluster-critical`,
    body: { preconditions: { uid: "00000000-0000-0000-0000-000000000000" } },
  },
  {
    what: "get a token of a ServiceAccount by a dry run, for a pod that is not there",
    method: "POST",
    path: "/api/v1/namespaces/default/serviceaccounts/default/token?dryRun=All",
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "pr-dry-run-check" } },
    },
  },
  {
    what: "run a command in a pod that is not there",
    method: "POST",
    path: "/api/v1/namespaces/default/pods/pr-dry-run-check/exec?command=true",
  },
  {
    what: "evict a pod that is not there",
    method: "POST",
    path: "/api/v1/namespaces/default/pods/pr-dry-run-check/eviction?dryRun=All",
    body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "pr-dry-run-check" } },
  },
  {
    what: "read a Secret that is not there",
    method: "GET",
    path: "/api/v1/namespaces/default/secrets/pr-dry-run-check",
  },
  {
    what: "list Secrets of a name that none has",
    method: "GET",
    path: "/api/v1/secrets?fieldSelector=metadata.name%3Dpr-dry-run-check",
  },
  {
    what: "read a Secret that is not there by a dry run of an empty patch",
    method: "PATCH",
    path: "/api/v1/namespaces/default/secrets/pr-dry-run-check?dryRun=All",
    headers: merge,
    body: {},
  },
  {
    what: "reach the kubelet of a node that is not there",
    method: "GET",
    path: "/api/v1/nodes/pr-dry-run-check/proxy/pods",
  },
  ...[
    ["policy", `${admission}/validatingadmissionpolicies/${guardPolicyName}`],
    ["policy's binding", `${admission}/validatingadmissionpolicybindings/${guardPolicyName}`],
    ["role", `${roles}/clusterroles/${guardRoleName}`],
  ].map(([what, path]) => ({
    what: `patch the guard's ${what ?? ""} with nothing`,
    method: "PATCH",
    path: path ?? "",
    headers: merge,
    body: {},
  })),
];

/** Rights that the identity must not have from anywhere: another binding, or an EKS access policy. */
export const forbiddenRights: { verb: string; group?: string; resource: string; subresource?: string }[] = [
  ...["get", "list", "watch", "patch"].map((verb) => ({ verb, resource: "secrets" })),
  ...["users", "groups", "serviceaccounts"].map((resource) => ({ verb: "impersonate", resource })),
  ...["bind", "escalate"].map((verb) => ({
    verb,
    group: "rbac.authorization.k8s.io",
    resource: "clusterroles",
  })),
  { verb: "create", resource: "serviceaccounts", subresource: "token" },
  { verb: "create", resource: "pods", subresource: "exec" },
  { verb: "get", resource: "pods", subresource: "log" },
  { verb: "get", resource: "nodes", subresource: "proxy" },
  { verb: "delete", resource: "namespaces" },
  ...["validatingadmissionpolicies", "validatingadmissionpolicybindings"].flatMap((resource) =>
    ["create", "update", "patch", "delete", "deletecollection"].map((verb) => ({
      verb,
      group: "admissionregistration.k8s.io",
      resource,
    })),
  ),
  ...["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"].flatMap((resource) =>
    ["create", "update", "patch", "delete"].map((verb) => ({
      verb,
      group: "admissionregistration.k8s.io",
      resource,
    })),
  ),
];
