/** What may answer a request of the dry-run identity. */
export type Control =
  /** The authorizer: the identity has no right to ask this. */
  | "RBAC"
  /** The guard's own ValidatingAdmissionPolicy and binding, by name. */
  | "policy"
  /** The API itself: there is no such thing, or not said like this. Nothing guards here, and nothing needs to. */
  | "server"
  /** Nothing: it is a dry run, which the identity is for. */
  | "allowed dry run";

/** Who answers, in each of the two runs. */
export interface Controls {
  /** With the role that the guard ships. */
  shipped: Control;
  /** With a role that grants all that admission can see, so that the policy stands alone. */
  everything: Control;
}

/** A request that the dry-run identity makes to the API server. */
export interface Attack {
  /** What it tries, in words, where method and path do not say it. */
  note?: string;
  method: string;
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a string as it is. */
  body?: unknown;
  controls: Controls;
}

/** The same control in both runs: what RBAC alone holds, or the API itself refuses. */
export function always(control: Control): Controls {
  return { shipped: control, everything: control };
}

/** What the shipped role does not grant; granted, the policy refuses it. */
export const refusedTwice: Controls = { shipped: "RBAC", everything: "policy" };

/** Held by RBAC and nothing else: admission never sees it, so neither role grants it. */
export const rbacAlone: Controls = always("RBAC");

/** Whether nothing but RBAC stands between the request and its success. */
export function isHeldByRbacAlone({ controls }: Attack): boolean {
  return controls.shipped === "RBAC" && controls.everything === "RBAC";
}

/** The four ways to write a patch. */
export const patchTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;
