import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { createRedactor } from "../../../dryrun/redaction/redact";
import { summaryOf } from "../../../dryrun/report/markdown";
import type { Report } from "../../../dryrun/report/types";
import { object, report } from "../report/sampleReport";
import { base64, canary, wordsOf, writings } from "./canary";

/** Everything in a report that text of the cluster, of tools or of manifests can get into. */
const reportWith = (text: string): Report =>
  report({
    problem: `kustomize: ${text}`,
    guard: "cannot-prove",
    guardMessage: text,
    identityProblems: [text],
    uncoveredFiles: [`k8s/${text}`],
    objects: [
      object({ verdict: "change", diff: `-  a: 1\n+  a: ${text}\n` }),
      object({ verdict: "would-fail", message: `denied the request: ${text}` }),
      object({ verdict: "needs-replace", message: text, diff: text }),
      object({ verdict: "not-checked", reason: "server-error", message: text, touched: false }),
    ],
  });

describe("outputs of a redacted report", () => {
  it("have no value of a Secret in them, in the JSON and in the Markdown, whole or cut", () => {
    fc.assert(
      fc.property(canary, fc.constantFrom(...Object.values(writings)), (value, write) => {
        const secret = { kind: "Secret", metadata: { name: "s" }, data: { key: base64(value) } };
        const redacted = createRedactor([secret]).object(reportWith(write(value)));
        const outputs = [JSON.stringify(redacted), summaryOf(redacted, 900_000), summaryOf(redacted, 16_384)];
        for (const output of outputs) {
          for (const word of [
            ...wordsOf(value),
            ...wordsOf(value).map((word) => base64(word).slice(0, 12)),
          ]) {
            expect(output).to.not.contain(word);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("still have the state, the objects and the verdicts in them", () => {
    const value = "abcd12efgh";
    const secret = {
      kind: "Secret",
      metadata: { name: "s" },
      stringData: { key: value, state: "could not check" },
    };
    const redacted = createRedactor([secret]).object(reportWith(value));
    expect(redacted.state).to.equal("could not check");
    expect(redacted.objects.map(({ verdict }) => verdict)).to.deep.equal([
      "change",
      "would-fail",
      "needs-replace",
      "not-checked",
    ]);
    expect(summaryOf(redacted, 900_000)).to.contain(
      "❌ would-fail `Deployment web/api`: `denied the request: ***`",
    );
  });
});
