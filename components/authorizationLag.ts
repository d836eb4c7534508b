import type * as pulumi from "@pulumi/pulumi";

/** How long an operation is tried again, in milliseconds. */
export const maximumLagMilliseconds = 120_000;
/** The pause between two tries, in milliseconds. */
export const retryPauseMilliseconds = 5_000;

/**
 * What CodeBuild answers while it does not see the role's policy yet. It checks the connection with the project's
 * service role at once, and the AWS provider does not try these two again (it does for "not authorized to perform"):
 * https://github.com/aws/aws-cdk/issues/38504 (CreateProject), https://github.com/aws/aws-cdk/issues/31726 (CreateWebhook)
 */
const authorizationErrors = [
  /OAuthProviderException: .*not authorized to access connection/i,
  /InvalidInputException: .*access denied to connection/i,
];

/** Whether an error may be IAM's lag and nothing else. */
export function isAuthorizationLag(error: string): boolean {
  return authorizationErrors.some((pattern) => pattern.test(error));
}

/** The clock, so that a test need not wait. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/**
 * Decides, after a failed operation, whether it is tried again: for authorization errors, two minutes long. Updates
 * too: a role that was made anew, or a credential that was changed, is as new to CodeBuild as at the first creation.
 */
export function retryOnAuthorizationLag(clock: Clock = systemClock): pulumi.ErrorHookFunction {
  const firstFailures = new Map<pulumi.URN, number>();
  return async ({ urn, failedOperation, errors }) => {
    if (failedOperation === "delete" || !isAuthorizationLag(errors[0] ?? "")) return false;
    const firstFailure = firstFailures.get(urn) ?? clock.now();
    firstFailures.set(urn, firstFailure);
    if (clock.now() - firstFailure + retryPauseMilliseconds > maximumLagMilliseconds) return false;
    await clock.sleep(retryPauseMilliseconds);
    return true;
  };
}
