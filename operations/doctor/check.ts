import { CannotLook } from "./lookup";
import type { Facts } from "./facts";

/** What came out of a check. Only `wrong` is a fault; `unknown` says that nobody could look. */
export type Verdict = "ok" | "warning" | "wrong" | "unknown";

/** What a check found. */
export interface Finding {
  verdict: Verdict;
  /** What is there, or what is wrong with it, in a sentence. */
  says: string;
  /** The command that mends it, or that shows more. */
  mend?: string;
}

/** A check before it is made. */
export interface Check {
  /** Name, as it stands in docs/operations.md. */
  name: string;
  /** What it looks at. */
  looksAt: (facts: Facts) => string;
  examine: (facts: Facts) => Promise<Finding>;
}

/** A check that was made. */
export interface Result extends Finding {
  name: string;
  lookedAt: string;
}

/** One thing that is wrong, and the command that mends it. */
export interface Fault {
  what: string;
  mend: string;
}

export const ok = (says: string): Finding => ({ verdict: "ok", says });
export const warning = (says: string, mend?: string): Finding => ({ verdict: "warning", says, mend });
export const wrong = (says: string, mend: string): Finding => ({ verdict: "wrong", says, mend });
export const unknown = (says: string, mend?: string): Finding => ({ verdict: "unknown", says, mend });

/** One finding of all faults, each command once; all right where there are none. */
export function judged(faults: Fault[], right: string): Finding {
  if (faults.length === 0) return ok(right);
  const commands = new Set(faults.map(({ mend }) => mend));
  return wrong(faults.map(({ what }) => what).join("; "), [...commands].join("\n"));
}

type Setting = string | number | boolean | undefined;

/** A fault for each thing that is not as it is expected. */
export function differences(rows: [what: string, is: Setting, expected: Setting][], mend: string): Fault[] {
  return rows
    .filter(([, is, expected]) => is !== expected)
    .map(([what, is, expected]) => ({
      what: `${what} is ${String(is ?? "not set")}, expected ${String(expected ?? "none")}`,
      mend,
    }));
}

/** Makes all checks at once. What one could not look at is its own matter: the others go on. */
export function examineAll(checks: Check[], facts: Facts): Promise<Result[]> {
  return Promise.all(
    checks.map(async ({ name, looksAt, examine }) => {
      const finding = await examine(facts).catch(asUnknown);
      return { name, lookedAt: looksAt(facts), ...finding };
    }),
  );
}

function asUnknown(error: unknown): Finding {
  if (error instanceof CannotLook) return unknown(error.message, error.mend);
  return unknown(`the check itself failed: ${error instanceof Error ? (error.stack ?? "") : String(error)}`);
}
