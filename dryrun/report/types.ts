/** What a dry run says of one object. */
export type Verdict =
  "create" | "change" | "unchanged" | "removed-from-git" | "would-fail" | "needs-replace" | "not-checked";

/** Why an object was not checked. Expected reasons leave exit code 0, the others 2: `reasons` in verdicts.ts. */
export type Reason =
  | "secret"
  | "rbac-object"
  | "new-kind"
  | "new-namespace"
  | "no-rights"
  | "webhook-without-dry-run"
  | "webhook-failed"
  | "field-conflict"
  | "interrupted"
  | "server-error";

/** What became of one object in the cluster, where a release applies: `outcomes` in outcomes.ts. */
export type Outcome =
  | "created"
  | "changed"
  | "unchanged"
  | "refused"
  | "not applied"
  | "not known"
  | "left in the cluster"
  | "deleted"
  | "being deleted"
  | "not there";

/** What an apply says as a whole: `applyStates` in outcomes.ts. */
export type ApplyState = "applied" | "not ready" | "partly applied" | "nothing applied";

/** What a dry run says as a whole. */
export type State = "no change" | "changes" | "not fully checked" | "would fail" | "could not check";

/** What came of one object. */
export interface ObjectResult {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  verdict: Verdict;
  /** Only with the verdict `not-checked`. */
  reason?: Reason;
  /** The server's own message, redacted. */
  message?: string;
  /** Unified diff, redacted, without noise. */
  diff?: string;
  /** The pull request, or the release, adds, changes or removes it. Only touched objects decide. */
  touched: boolean;
  /** Only where a release applies. */
  outcome?: Outcome;
  /** Of a workload that a release waited for in vain. */
  notReady?: NotReady;
  /** Of Secrets only: names of keys, never values. */
  keysAdded?: string[];
  keysRemoved?: string[];
}

/** Why a workload is not ready. Redacted. */
export interface NotReady {
  /** What its controller says. */
  message: string;
  /** What a person would look at first: pods, events, the last lines of a container that ended. */
  details: string[];
}

/** What became of an apply. What became of each object stands at the object. */
export interface Applied {
  state: ApplyState;
  /** Why it did not get to its end. */
  stoppedBecause?: string;
}

/** All that a dry run found, and what an apply then did. Redacted: every output is made from it. */
export interface Report {
  version: 1;
  environment: string;
  overlay: string;
  clusterName?: string;
  server?: { version: string; label: string; labelIsStale: boolean };
  kubectl?: { version: string };
  guard: "proven" | "unguarded" | "cannot-prove" | "not-reached";
  guardMessage?: string;
  allowUnguarded: boolean;
  /** What the identity may do but should not. */
  identityProblems: string[];
  objects: ObjectResult[];
  /** Files that kustomize read and that no path filter covers. */
  uncoveredFiles: string[];
  /** What stopped the whole run. */
  problem?: string;
  /** Why the base could not be rendered: then every object counts as touched, and nobody knows what is removed. */
  baseProblem?: string;
  /** Of the dry run. */
  state: State;
  /** Of the program: of an apply's state if there is one. */
  exitCode: 0 | 1 | 2;
  /** Only where a release applies. */
  applied?: Applied;
  counts: Counts;
  /** ISO 8601, UTC. */
  startedAt: string;
  durationSeconds: number;
}

/** Objects by verdict: those that the pull request touches, and those that were already so before it. */
export interface Counts {
  touched: Record<Verdict, number>;
  alreadySo: Record<Verdict, number>;
}
