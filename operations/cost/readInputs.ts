import type { CostEnvironment, CostInputs } from "./inputs";
import { assumedSparseShare, inputTable, numberInputs, type NumberInput } from "./inputTable";

/** Where an input comes from, in words. */
export type Origins = Record<NumberInput | "touched", string>;

/** What is measured from a repository: any of the numbers, and shares by the name of the environment. */
export interface Measured {
  numbers: Partial<Record<NumberInput, number>>;
  touched: Record<string, number>;
  /** How each was measured, in words. */
  how: Partial<Origins>;
}

/** What a person gave on the command line, as text. */
export type GivenNumbers = Partial<Record<NumberInput | "touched", string>>;

/** What is known without asking. */
export interface Known {
  environments: { name: string; region: string }[];
  hostedJobs: number;
  publicRepository: boolean;
  freeAllowances: boolean;
}

/**
 * The inputs and where each is from: given, else measured, else assumed.
 * @throws Error that names every option whose value cannot be
 */
export function readInputs(
  given: GivenNumbers,
  known: Known,
  measured: Measured = { numbers: {}, touched: {}, how: {} },
): { inputs: CostInputs; origins: Origins } {
  checkNumbers(given);
  const numbers = {} as Record<NumberInput, number>;
  const origins = {} as Origins;
  for (const name of numberInputs) {
    const { value = assumedSparseShare * numbers.checkoutGb, why } = inputTable[name];
    const own = given[name] === undefined ? undefined : Number(given[name]);
    numbers[name] = own ?? measured.numbers[name] ?? value;
    origins[name] = own !== undefined ? "given" : (measured.how[name] ?? why);
  }
  const share = given.touched === undefined ? undefined : Number(given.touched);
  const environments = known.environments.map(({ name, region }): CostEnvironment => ({
    name,
    region,
    touched: share ?? measured.touched[name] ?? 1,
  }));
  origins.touched =
    share !== undefined
      ? "given"
      : (measured.how.touched ?? "assumed: every pull request touches every cluster, the dearest case");
  return { inputs: { ...known, ...numbers, environments }, origins };
}

function checkNumbers(given: GivenNumbers): void {
  const problems = [...numberInputs, "touched" as const].flatMap((name) => {
    const text = given[name];
    if (text === undefined) return [];
    const [option, most] = name === "touched" ? [name, 1] : [inputTable[name].option, Infinity];
    const value = text.trim() === "" ? NaN : Number(text);
    if (Number.isFinite(value) && value >= 0 && value <= most) return [];
    const expected = most === 1 ? "a number from 0 to 1" : "a number, 0 or more";
    return [`--${option} ${JSON.stringify(text)}: expected ${expected}`];
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
}
