import { expect } from "chai";
import { describe, it } from "mocha";
import type { KubernetesObject } from "../../dryrun/kubernetesObjects";
import type { Outcome } from "../../dryrun/outcome";
import { summaryText } from "../../dryrun/report";
import { verdictOf } from "../../dryrun/verdict";

function changed(name: string, text: string): Outcome {
  const object: KubernetesObject = { apiVersion: "v1", kind: "ConfigMap", namespace: "data", name, text: "" };
  return { object, state: "changed", text };
}

function summaryOf(outcomes: Outcome[]): string {
  const verdict = verdictOf(outcomes);
  return summaryText({ clusterName: "trocco-production", overlay: "k8s/x", outcomes, removed: [], verdict });
}

describe("the job summary", () => {
  it("stays below what GitHub takes, leaves out whole objects and counts them", () => {
    const outcomes = Array.from({ length: 300 }, (_, index) =>
      changed(`c-${String(index)}`, "+ é\n".repeat(2000)),
    );
    const summary = summaryOf(outcomes);
    expect(Buffer.byteLength(summary)).to.be.within(800_000, 1_000_000);
    const shown = summary.match(/<details>/g)?.length ?? 0;
    expect(summary.match(/<\/details>/g)).to.have.length(shown);
    expect(summary).to.include(`${String(300 - shown)} more objects are in the log of the job.`);
  });

  it("keeps a difference in its block, whatever is in it", () => {
    expect(summaryOf([changed("a", "+ ````\n+ ```\n+ <script>")])).to.include(
      "\n`````diff\n+ ````\n+ ```\n+ <script>\n`````\n",
    );
  });
});
