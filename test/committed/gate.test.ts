import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { describe, it } from "mocha";
import { gate, type GateEnvironment, type Needs } from "../../committed/gate";
import { dryRunWorkflow } from "../../committed/workflow";
import { jobOf, parseWorkflow, stepOf } from "./parsedWorkflow";
import { environments as registry } from "./sampleEnvironments";

const results = ["success", "failure", "cancelled", "skipped", undefined];
const touchedValues = ["true", "false", "", undefined];

/** Every way in which one environment can stand before the gate, and whether the gate may then be green. */
const standings = touchedValues.flatMap((touched) => [
  { touched, hasRunner: false, result: undefined, green: touched === "true" || touched === "false" },
  ...results.map((result) => ({
    touched,
    hasRunner: true,
    result,
    green: (touched === "true" && result === "success") || (touched === "false" && result === "skipped"),
  })),
]);

function judged(changesResult: string | undefined, some: typeof standings) {
  const names = ["first", "second"];
  const environments = some.map(({ hasRunner }, index): GateEnvironment => ({
    name: `${String(names[index])}-environment`,
    filter: String(names[index]),
    job: hasRunner ? `dryrun-${String(names[index])}` : undefined,
  }));
  const outputs = some.flatMap(({ touched }, index) =>
    touched === undefined ? [] : [[names[index], touched]],
  );
  const jobs = some.flatMap(({ result }, index) =>
    result ? [[`dryrun-${String(names[index])}`, { result }]] : [],
  );
  const needs = {
    ...(changesResult && {
      changes: { result: changesResult, outputs: Object.fromEntries(outputs) as object },
    }),
    ...Object.fromEntries(jobs),
  } as Needs;
  return gate(needs, environments);
}

describe("the gate", () => {
  it("is green only if changes succeeded and every environment is as it must be, in all combinations", () => {
    let combinations = 0;
    for (const changesResult of results) {
      for (const first of standings) {
        for (const second of standings) {
          const { ok } = judged(changesResult, [first, second]);
          const expected = changesResult === "success" && first.green && second.green;
          expect(ok, JSON.stringify({ changesResult, first, second })).to.equal(expected);
          combinations += 1;
        }
      }
    }
    expect(combinations).to.equal(5 * 24 * 24);
  });

  it("says of each environment what became of it, and of each red one why", () => {
    for (const first of standings) {
      const { lines } = judged("success", [first]);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include("first-environment");
      expect(lines[0]?.startsWith("::error::")).to.equal(!first.green);
    }
  });

  it("warns loudly of an environment that is touched and has no runner", () => {
    const { ok, lines } = judged("success", [
      { touched: "true", hasRunner: false, result: undefined, green: true },
    ]);
    expect(ok).to.equal(true);
    expect(lines[0]).to.match(/^::warning::first-environment: NOT CHECKED/);
  });

  it("is green for a repository without environments", () => {
    expect(judged("success", [])).to.deep.equal({ ok: true, lines: [] });
  });
});

describe("the gate as it stands in the workflow", () => {
  const step = stepOf(jobOf(parseWorkflow(dryRunWorkflow(registry)), "gate"), "Judge the results");
  const outputs = {
    staging: "false",
    production: "true",
    "in-production": "false",
    "kr-production": "false",
  };
  const needs = {
    changes: { result: "success", outputs },
    "dryrun-ja-production": { result: "success", outputs: {} },
    "dryrun-in-production": { result: "skipped", outputs: {} },
    "dryrun-kr-production": { result: "skipped", outputs: {} },
  };

  it("gets the results as data", () => {
    expect(step.env?.NEEDS).to.equal("${{ toJSON(needs) }}");
  });

  const cases: [title: string, needs: string, status: number, line: string][] = [
    [
      "is green when all that is touched succeeded",
      JSON.stringify(needs, null, 2),
      0,
      "ja-production: checked.",
    ],
    [
      "is green, with a warning, when staging is touched",
      JSON.stringify({ ...needs, changes: { result: "success", outputs: { ...outputs, staging: "true" } } }),
      0,
      "::warning::staging: NOT CHECKED.",
    ],
    [
      "is red when a touched environment was skipped",
      JSON.stringify({ ...needs, "dryrun-ja-production": { result: "skipped" } }),
      1,
      "::error::ja-production: touched, and the job dryrun-ja-production is skipped instead of success.",
    ],
    [
      "is red when changes failed",
      JSON.stringify({ ...needs, changes: { result: "failure" } }),
      1,
      "changes is failure",
    ],
    ["is red when it is told nothing", "", 1, ""],
  ];
  for (const [title, value, status, line] of cases) {
    it(title, () => {
      const run = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run ?? ""], {
        env: { PATH: process.env.PATH, ...step.env, NEEDS: value },
        encoding: "utf8",
      });
      expect(run.status, run.stderr).to.equal(status);
      expect(run.stdout).to.include(line);
    });
  }
});
