/** An answer by which GitHub refuses a request. */
export class Refusal extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 422 | 501,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** What does not exist, or what the token may not know to exist: GitHub answers both alike. */
export const notFound = (message = "Not Found") => new Refusal(404, message);

/** A parameter that is missing from the body. */
export const notSupplied = (name: string) =>
  new Refusal(422, `Invalid request.\n\n"${name}" wasn't supplied.`);
