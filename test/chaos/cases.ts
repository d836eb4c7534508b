import { faults } from "./faults";
import type { Case } from "./play";
import type { Scenario } from "./scenarios";

/** What a command called when nothing disturbed it. */
export interface Observed {
  scenario: Scenario;
  operations: string[];
}

/** Every pair of an operation and a fault, in the first command that calls the operation. */
export function allCases(observed: Observed[]): Case[] {
  const cases: Case[] = [];
  const seen = new Set<string>();
  for (const { scenario, operations } of observed) {
    for (const operation of operations.filter(
      (name) => name.startsWith("github ") === (scenario.service === "github"),
    )) {
      if (seen.has(operation)) continue;
      seen.add(operation);
      const concerned = faults.filter(({ concerns }) => concerns(operation));
      cases.push(...concerned.map((fault) => ({ scenario, operation, fault })));
    }
  }
  return cases;
}

/** Some of the cases, the same ones for the same seed. */
export function sample(cases: Case[], count: number, seed: number): Case[] {
  const random = generator(seed);
  return [...cases]
    .map((one) => ({ one, key: random() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ one }) => one);
}

/** Numbers from 0 to 1 (https://en.wikipedia.org/wiki/Linear_congruential_generator, constants of Numerical Recipes). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
