import * as pulumi from "@pulumi/pulumi";

/**
 * The error by which the program refuses to go on: Pulumi shows its message and no stack trace.
 *
 * The trace is taken out, because Pulumi formats it all the same, and Node 20 spends many seconds on the source-mapped
 * frames of Pulumi's own files (https://github.com/pulumi/pulumi/issues/20567).
 */
export function refusal(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
