import type { z } from "zod";
import { AwsError } from "./error";
import type { AwsRequest } from "./request";

/** A service of the sandbox's own: it answers what it knows and throws {@link AwsError} for what AWS refuses. */
export interface Service {
  /** Name of the operation where the route says it and no header; undefined for a route that it does not have. */
  operationOf?(request: AwsRequest): string | undefined;
  /** @returns undefined for an operation or route that it does not have */
  answer(request: AwsRequest): Promise<Response | undefined>;
}

/**
 * Checks the shape of an input: types, required members, lengths, ranges, patterns and enumerations of the API model.
 * @throws AwsError with the given code that names every bad member
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, code: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `at '${path.join(".")}': ${message}`);
  const count = problems.length === 1 ? "1 validation error" : `${String(problems.length)} validation errors`;
  throw new AwsError(code, `${count} detected: ${problems.join("; ")}`);
}

/** Parses a JSON body. */
export function readJson(body: string): unknown {
  try {
    return JSON.parse(body || "{}");
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON.");
  }
}
