import type { Proof } from "./guardProof";

/** What a person reads of a proof; the last line has the verdict. */
export function proofText({ held, problems }: Proof): string {
  const all = String(held.length + problems.length);
  return [
    ...held.map((line) => `ok: ${line}`),
    ...problems.map((line) => `PROBLEM: ${line}`),
    problems.length === 0
      ? `The guard holds: ${all} of ${all} proofs.`
      : `The guard does not hold: ${String(problems.length)} of ${all} proofs failed. Install it again, and look for ` +
        "other bindings and access policies.",
  ].join("\n");
}
