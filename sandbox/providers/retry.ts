import { setTimeout as sleep } from "node:timers/promises";

/** An error of a service that the real provider waits out, because it passes by itself. */
export interface RetryRule {
  /** The service's error codes. */
  codes: string[];
  /** Part of the message; without it the code alone decides. */
  message?: string | RegExp;
  /** How long the real provider keeps trying, in seconds. */
  timeoutSeconds: number;
  /** Where the real provider says so, as repo:path. */
  source: string;
}

/** How long the real provider waits until what it has just made can be read. */
export interface Appearance {
  timeoutSeconds: number;
  /** Where the real provider says so, as repo:path. */
  source: string;
}

/** There is no such resource. */
export class NotFound extends Error {}

/** An error with the service's own code. */
export interface CodedError extends Error {
  code: string;
}

/** Whether an error has one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as CodedError).code);
}

/** Calls a service until it answers, the error is another one, or the rule's time is over. */
export function retrying<T>(rule: RetryRule, call: () => Promise<T>): Promise<T> {
  return until(rule.timeoutSeconds, (error) => passes(rule, error), call);
}

/** Reads a new resource until it is there. Without a rule the first answer counts. */
export function appearing<T>(rule: Appearance | undefined, read: () => Promise<T>): Promise<T> {
  return until(rule?.timeoutSeconds ?? 0, (error) => error instanceof NotFound, read);
}

/** Waits as hashicorp/terraform-plugin-sdk:helper/retry/state.go: half a second, doubled up to ten. */
async function until<T>(
  timeoutSeconds: number,
  passes: (error: unknown) => boolean,
  call: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (let delay = 500; ; delay = Math.min(delay * 2, 10_000)) {
    try {
      return await call();
    } catch (error) {
      if (!passes(error) || Date.now() + delay > deadline) throw error;
    }
    await sleep(delay);
  }
}

function passes(rule: RetryRule, error: unknown): boolean {
  return hasCode(error, ...rule.codes) && (error as Error).message.search(pattern(rule.message ?? "")) >= 0;
}

function pattern(text: string | RegExp): RegExp {
  return typeof text === "string" ? new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")) : text;
}
