/** Something could not be looked at, so nothing is known about it. */
export class CannotLook extends Error {
  constructor(
    message: string,
    /** What lets it be looked at. */
    readonly mend?: string,
  ) {
    super(message);
    this.name = "CannotLook";
  }
}

/** Something on which others depend is not there, or there is no telling. */
export function dependsOn(what: string): CannotLook {
  return new CannotLook(`cannot be told without ${what}`);
}

/** Whether an error of AWS says that a thing is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && /NotFound|NoSuchEntity/.test(error.name);
}

/** The thing, or nothing where AWS says that it is not there. */
export function orNothing<T>(lookup: Promise<T>): Promise<T | undefined> {
  return lookup.catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

/**
 * Names under which AWS services refuse a caller that they know:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and each service's "Common errors".
 */
const denials = /AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError/;

/** An error of an AWS call that a check cannot go on with. */
export function refusedLookup(permission: string, error: unknown): CannotLook {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  if (denials.test(name)) {
    return new CannotLook(
      `needs permission ${permission}`,
      `aws sts get-caller-identity # may it ${permission}?`,
    );
  }
  if (/Credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|AuthFailure/.test(name)) {
    return new CannotLook(`AWS takes no credentials from here: ${message}`, "aws sts get-caller-identity");
  }
  return new CannotLook(`${permission} was not answered: ${message || name}`);
}
