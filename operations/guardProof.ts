import { setTimeout } from "node:timers/promises";
import { guardedGroup } from "../committed/guardNames";
import { isGuardsDenial } from "../dryrun/guard/denial";
import { attempts, forbiddenRights, type Attempt } from "./guardAttempts";
import { asIdentity, type ApiAnswer, type Send } from "./guardIdentity";
import type { Kubectl } from "./guardKubectl";

/** What was proved, a line each. */
export interface Proof {
  held: string[];
  /** What speaks against the guard; none if it holds. */
  problems: string[];
}

/**
 * Proves the guard of a cluster by trying, as a member of the guarded group, what it must refuse and what it must allow.
 * Nothing of it is written, with a guard or without.
 *
 * @param seconds how long new roles may take to be known to the API server
 * @throws Error if the cluster cannot be asked, or its administrator may not impersonate
 */
export function proveGuard(kubectl: Kubectl, { seconds = 0 }: { seconds?: number } = {}): Promise<Proof> {
  return asIdentity(kubectl, async (send) => {
    await dryRunWithin(send, seconds);
    const proof: Proof = { held: [], problems: [] };
    const note = (problem: string | undefined, held: string) =>
      problem === undefined ? proof.held.push(held) : proof.problems.push(problem);

    for (const attempt of attempts) {
      const answer = await send(attempt);
      const by = refusedBy(answer);
      const isHeld = by === "policy" || (by === "RBAC" && !attempt.byPolicy);
      note(
        isHeld ? undefined : notRefused(attempt, answer),
        `may not ${attempt.what}: refused by ${by ?? ""}`,
      );
    }
    for (const right of forbiddenRights) {
      const text = `${right.verb} ${[right.resource, right.subresource].filter(Boolean).join("/")}`;
      note(await rightProblem(send, right, text), `has no right to ${text}`);
    }
    const answer = await send(dryRun);
    note(
      answer.status === 201 ? undefined : `it may not dry-run a create: ${said(answer)}`,
      "may dry-run a create",
    );
    return proof;
  });
}

const dryRun = {
  method: "POST",
  path: "/api/v1/namespaces?dryRun=All",
  body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "pr-dry-run-check" } },
};

async function dryRunWithin(send: Send, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const answer = await send(dryRun);
    if (answer.message.includes("cannot impersonate")) {
      throw new Error(
        `This kubeconfig's user may not impersonate members of ${guardedGroup}, which is how the guard is proved. ` +
          `Use an administrator's. The API server says: ${answer.message}`,
      );
    }
    if (answer.status === 201 || Date.now() > deadline) return;
    await setTimeout(100);
  }
}

/** Who refused; undefined for any other answer, because only these two prove something. */
export function refusedBy({
  status,
  message,
}: Pick<ApiAnswer, "status" | "message">): "policy" | "RBAC" | undefined {
  if (status !== 403) return undefined;
  if (isGuardsDenial(message)) return "policy";
  return /forbidden: User "[^"]+" cannot /.test(message) ? "RBAC" : undefined;
}

function notRefused(attempt: Attempt, answer: ApiAnswer): string {
  const who = attempt.byPolicy ? "the policy" : "the policy or RBAC";
  return `trying to ${attempt.what} was not refused by ${who}: ${said(answer)}`;
}

/** Never the body of an answer that is no error: it may be what the identity should not get. */
function said({ status, message }: ApiAnswer): string {
  return `${String(status)}${status >= 300 && message ? ` ${message}` : ""}`;
}

async function rightProblem(
  send: Send,
  right: (typeof forbiddenRights)[number],
  text: string,
): Promise<string | undefined> {
  const review = await send({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: right },
    },
  });
  const status = (review.body as { status?: { allowed?: boolean; reason?: string } } | undefined)?.status;
  if (review.status !== 201 || !status) return `whether it may ${text} cannot be told: ${said(review)}`;
  return status.allowed
    ? `it has the right to ${text}: ${status.reason ?? "for no given reason"}`
    : undefined;
}
