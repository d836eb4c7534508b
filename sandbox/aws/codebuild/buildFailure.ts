/** What fails a build, as AWS and as the judge words it. */
export class BuildFailure extends Error {
  constructor(
    readonly statusCode: string,
    message: string,
    readonly reason: string,
  ) {
    super(message);
  }
}
