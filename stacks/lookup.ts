import { adviceFor } from "./advice";

/**
 * The problem that something could not be looked up, with what to do.
 *
 * @param help where the thing itself may be missing or named wrongly
 */
export function lookupProblem(what: string, error: unknown, help?: string): string {
  const reason = (error instanceof Error ? error.message : String(error)).trim();
  const { means, mend, leftovers } = adviceFor(reason);
  // The thing is blamed only for what may be its fault.
  const advice = leftovers ? help : `${means} ${mend} Then run the same command again.`;
  return [`${what} could not be looked up: ${reason}`, ...(advice === undefined ? [] : [advice])].join(
    "\n    ",
  );
}
