import { expect } from "chai";
import { describe, it } from "mocha";
import { readAppliedReport, readReport } from "../../../committed/comment/readReport";
import { applyLogText } from "../../../dryrun/apply/log";
import { packedReportIn, reportLines } from "../../../dryrun/apply/reportLines";
import { summaryOf } from "../../../dryrun/report/markdown";
import { longestPackedReport, pack } from "../../../dryrun/report/pack";
import { reportSchema } from "../../../dryrun/report/schema";
import type { Outcome } from "../../../dryrun/report/types";
import { object } from "../report/sampleReport";
import { appliedReport } from "./appliedReport";

const withOutcome = (outcome: Outcome, name = "api", more = {}) => object({ outcome, name, ...more });

describe("what an apply says", () => {
  const states: [outcomes: Outcome[], state: string, exitCode: number][] = [
    [["created", "changed", "unchanged"], "applied", 0],
    [["unchanged"], "applied", 0],
    [["unchanged", "deleted", "not there", "left in the cluster", "being deleted"], "applied", 0],
    [["created", "refused"], "partly applied", 1],
    [["not known", "not applied"], "partly applied", 1],
    [["unchanged", "refused", "not applied"], "nothing applied", 1],
    [[], "nothing applied", 1],
  ];
  for (const [outcomes, state, exitCode] of states)
    it(`is "${state}" where objects are: ${outcomes.join(", ") || "none"}`, () => {
      const report = appliedReport(outcomes.map((outcome, at) => withOutcome(outcome, `n${String(at)}`)));
      expect(report.applied?.state).to.equal(state);
      expect(report.exitCode).to.equal(exitCode);
      expect(reportSchema.safeParse(report).error).to.equal(undefined);
    });

  it('is "not ready" where a workload is not, or nobody waited to the end', () => {
    const notReady = { message: "0 of 1 replicas are available", details: [] };
    expect(appliedReport([withOutcome("changed", "api", { notReady })]).applied?.state).to.equal("not ready");
    const stopped = appliedReport([withOutcome("changed")], {
      stoppedBecause: "The run was ended from outside.",
    });
    expect(stopped.applied?.state).to.equal("not ready");
    expect(stopped.exitCode).to.equal(1);
  });

  it("shows first what needs a reader, why a workload is not ready, and by which name a leftover is deleted", () => {
    const summary = summaryOf(
      appliedReport([
        withOutcome("changed", "api", {
          notReady: { message: "0 of 1", details: ["pod api-1: Pending", "  main: `x`"] },
        }),
        withOutcome("unchanged", "quiet", { verdict: "unchanged", touched: false }),
        withOutcome("refused", "bad", { message: "quota is used up" }),
        withOutcome("left in the cluster", "old", { verdict: "removed-from-git" }),
      ]),
      20_000,
    );
    expect(summary).to.match(/^## ❌ `ja-production`: partly applied\n/);
    expect(summary).to.include("**1** refused, **1** changed, **1** left in the cluster, **1** unchanged");
    expect(summary).to.include("```text\n0 of 1\npod api-1: Pending\n  main: `x`\n```");
    expect(summary.indexOf("refused `Deployment web/bad`: `quota is used up`")).to.be.within(
      0,
      summary.indexOf("changed `Deployment web/api`"),
    );
    expect(summary).to.include("- `Deployment.apps web/old`");
    expect(summary).not.to.include("quiet");
    expect(summary).not.to.include("guard");
  });

  it("says it in the log, in lines that begin with words of ours", () => {
    const text = applyLogText(
      appliedReport(
        [
          withOutcome("not applied", "bad", { verdict: "would-fail", message: "no\n::error::such thing" }),
          withOutcome("changed", "api", { notReady: { message: "0 of 1", details: ["::set-output::x"] } }),
          withOutcome("left in the cluster", "old", { verdict: "removed-from-git" }),
        ],
        { stoppedBecause: "It stops.\n::stop-commands::x" },
      ),
    );
    expect(text.split("\n").filter((line) => /^\s*(?:::|##\[)/.test(line))).to.deep.equal([]);
    expect(text).to.include("not applied: Deployment web/bad (would-fail): no ::error::such thing");
    expect(text).to.include("left in the cluster: Deployment.apps web/old");
    expect(text).to.match(
      /ja-production: partly applied \(1 not applied, 1 changed, 1 left in the cluster\)/,
    );
  });
});

describe("the report of an apply in a build's log", () => {
  const noise = (index: number) =>
    Array.from({ length: 200 }, (_, at) => String((at * 7919 * (index + 1)) % 104729)).join();
  const large = appliedReport(
    Array.from({ length: 3_000 }, (_, index) =>
      withOutcome(index % 2 ? "changed" : "not applied", `n${String(index)}`, {
        diff: noise(index),
        ...(index % 3 === 0 && { notReady: { message: "waits", details: [noise(index)] } }),
      }),
    ),
    { stoppedBecause: "x".repeat(100_000) },
  );

  it("is read again from its lines, whatever stands between", () => {
    const lines = reportLines(large);
    expect(lines.length).to.be.above(5);
    for (const line of lines) expect(line.length).to.be.at.most(8_000);
    const log = ["before", ...lines.flatMap((line) => [line, "[Container] between"]), "after"];
    const packed = packedReportIn(log) ?? "";
    expect(packed).to.equal(pack(large));
    expect(packed.length).to.be.at.most(longestPackedReport);
    const { report, leftOut, shortened } = readAppliedReport(packed, "ja-production");
    expect(report.applied?.state).to.equal("partly applied");
    expect(leftOut + shortened).to.be.above(0);
  });

  it("is not there where a line of it is missing", () => {
    expect(packedReportIn(reportLines(large).slice(1))).to.equal(undefined);
    expect(packedReportIn(["nothing"])).to.equal(undefined);
  });

  it("cannot be taken for that of a dry run, nor the other way round", () => {
    const applied = pack(appliedReport([withOutcome("created")]));
    expect(() => readReport(applied, "ja-production")).to.throw("form of a report of a dry run");
    const { applied: _, ...dryRun } = appliedReport([object()]);
    void _;
    expect(() => readAppliedReport(pack(dryRun), "ja-production")).to.throw(
      "says nothing of what was applied",
    );
  });
});
