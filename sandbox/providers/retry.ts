import { setTimeout as sleep } from "node:timers/promises";

/** An error of a service that the real provider waits out, because it passes by itself. */
export interface RetryRule {
  /** The service's error codes. */
  codes: string[];
  /** Part of the message; without it the code alone decides. */
  message?: string;
  /** How long the real provider keeps trying, in seconds. */
  timeoutSeconds: number;
  /** Where the real provider says so, as repo:path. */
  source: string;
}

/** An error with the service's own code. */
export interface CodedError extends Error {
  code: string;
}

/** Whether an error has one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as CodedError).code);
}

/**
 * Calls a service until it answers, the error is another one, or the rule's time is over.
 * Waits as hashicorp/terraform-plugin-sdk:helper/retry/state.go: half a second, doubled up to ten.
 */
export async function retrying<T>(rule: RetryRule, call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + rule.timeoutSeconds * 1000;
  for (let delay = 500; ; delay = Math.min(delay * 2, 10_000)) {
    try {
      return await call();
    } catch (error) {
      if (!passes(rule, error) || Date.now() + delay > deadline) throw error;
    }
    await sleep(delay);
  }
}

function passes(rule: RetryRule, error: unknown): boolean {
  return hasCode(error, ...rule.codes) && (error as Error).message.includes(rule.message ?? "");
}
