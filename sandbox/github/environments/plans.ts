import { notFound, Refusal } from "../refusal";
import type { EnvironmentRequest, EnvironmentState } from "./environment";

/** What an owner pays for. All repositories here are private. */
export type Plan = "free" | "team" | "enterprise";

/**
 * What a private repository needs another plan for, and how GitHub says so.
 * https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
 */
const limits: { asks: (request: EnvironmentRequest) => boolean; plans: Plan[]; refusal: () => Refusal }[] = [
  {
    // No environment at all. What GitHub answers is not documented.
    asks: () => true,
    plans: ["team", "enterprise"],
    refusal: notFound,
  },
  {
    // https://github.com/backstage/backstage/issues/28977
    asks: ({ reviewers, prevent_self_review }) => (reviewers?.length ?? 0) > 0 || prevent_self_review,
    plans: ["enterprise"],
    refusal: () => lacks("required reviewers"),
  },
  { asks: ({ wait_timer }) => wait_timer > 0, plans: ["enterprise"], refusal: () => lacks("wait timer") },
];

/** @throws Refusal for what the owner's plan does not have */
export function requirePlan({ plans }: EnvironmentState, owner: string, request: EnvironmentRequest): void {
  const plan = plans?.[owner] ?? "enterprise";
  const broken = limits.find((limit) => limit.asks(request) && !limit.plans.includes(plan));
  if (broken) throw broken.refusal();
}

function lacks(rule: string): Refusal {
  return new Refusal(
    422,
    `Failed to create the environment protection rule. Please ensure the billing plan supports the ${rule} protection rule.`,
  );
}
