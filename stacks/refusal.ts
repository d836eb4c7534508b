import * as pulumi from "@pulumi/pulumi";
import { secretTexts, withoutSecrets } from "./secrets";
import { StackError } from "./stack";

/**
 * The error by which the program refuses to go on: Pulumi shows its message, without the secrets that the program was
 * given, and no stack trace.
 *
 * The trace is taken out, because Pulumi formats it all the same, and Node 20 spends many seconds on the source-mapped
 * frames of Pulumi's own files (https://github.com/pulumi/pulumi/issues/20567).
 */
export function refusal(message: string): pulumi.RunError {
  const shown = withoutSecrets(message, secretTexts(pulumi.runtime.allConfig(), process.env));
  const error = new pulumi.RunError(shown);
  error.stack = shown;
  return error;
}

/**
 * What `resolve` returns.
 * @throws {pulumi.RunError} where it throws a {@link StackError}
 */
export function orRefusal<Resolved>(resolve: () => Resolved): Resolved {
  try {
    return resolve();
  } catch (error) {
    throw error instanceof StackError ? refusal(error.message) : error;
  }
}
