import type { Result } from "../../../operations/doctor/check";
import { symptoms as doctorSymptoms } from "../../operations/doctor/mutations";
import type { Played } from "./play";
import type { Seen } from "./seen";
import { healthy, strangerTurnedAway, symptoms, type SeenMutation, type Symptom } from "./symptoms";

/** What is wrong with what came of a mutation, a sentence each. */
export interface Problems {
  symptom: string[];
  doctor: string[];
}

/** Holds what came of a mutation against the tables. */
export function problemsOf({ mutation, broken, mended, doctor }: Played): Problems {
  const name = mutation.name as SeenMutation;
  const inOrder = mutation.showsWith === "stranger" ? strangerTurnedAway : healthy;
  return {
    symptom: [
      ...mismatches(symptoms[name], broken),
      ...mismatches(inOrder, mended).map((mismatch) => `after it was put back, ${mismatch}`),
    ],
    doctor: doctorProblems(name, doctor),
  };
}

/** Symptoms that are seen where they must not be: of another mutation, or where everything is in order. */
export function confusions(played: Played[]): string[] {
  const matches = (symptom: Symptom, seen: Seen) => mismatches(symptom, seen).length === 0;
  return Object.entries(symptoms).flatMap(([name, symptom]) => [
    ...played
      .filter(({ mutation }) => symptoms[mutation.name as SeenMutation] !== symptom)
      .filter(({ broken }) => matches(symptom, broken))
      .map(({ mutation }) => `${mutation.name} shows the symptom of ${name}`),
    ...played
      .filter(({ mended }) => matches(symptom, mended))
      .map(({ mutation }) => `after ${mutation.name} was put back, the symptom of ${name} is seen`),
  ]);
}

function mismatches(symptom: Symptom, seen: Seen): string[] {
  return (Object.keys(symptom) as (keyof Seen)[])
    .filter((part) => !symptom[part].test(seen[part]))
    .map((part) => `${part} is ${JSON.stringify(seen[part])}, expected ${String(symptom[part])}`);
}

/** A mutation must be named by its checks and by no other. */
function doctorProblems(name: SeenMutation, results: Result[]): string[] {
  const { checks, traces = [], says } = doctorSymptoms[name];
  const red = results.filter(({ verdict }) => verdict === "wrong");
  const names = red.map((result) => result.name).sort();
  const expected = [...checks, ...traces].sort();
  const first = red.find((result) => result.name === checks[0]);
  return [
    ...(names.join() === expected.join()
      ? []
      : [`doctor's red checks are ${names.join(", ")}, expected ${expected.join(", ")}`]),
    ...(first && !says.test(first.says)
      ? [`${first.name} says ${first.says}, expected ${String(says)}`]
      : []),
    ...(first && !/\S/.test(first.mend ?? "") ? [`${first.name} says no way to mend it`] : []),
  ];
}
