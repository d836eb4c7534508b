import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { describe, it } from "mocha";
import { gate } from "../../committed/gate";
import type { Needs } from "../../committed/needs";
import type { JudgedEnvironment } from "../../committed/outcome";
import { dryRunWorkflow } from "../../committed/workflow";
import { jobOf, parseWorkflow, stepOf } from "./parsedWorkflow";
import { environments as registry } from "./sampleEnvironments";

const requiring = registry.map(({ runner, ...rest }) => ({
  ...rest,
  ...(runner && { runner: { ...runner, enforcement: "require" as const } }),
}));

const results = ["success", "failure", "cancelled", "skipped", undefined];
const touchedValues = ["true", "false", "", undefined];
const watchResults = ["success", "failure", "cancelled", "skipped", undefined];

type Colour = "green" | "warning" | "red";

interface Standing {
  touched: string | undefined;
  enforcement: "report" | "require" | undefined;
  result: string | undefined;
  isLost: boolean;
  colour: Colour;
}

/** What the gate must say of an environment, written out once more. */
function colourOf({ touched, enforcement, result }: Omit<Standing, "colour">): Colour {
  if (touched !== "true" && touched !== "false") return "red";
  if (enforcement === undefined) return touched === "true" ? "warning" : "green";
  if (touched === "false") return result === "skipped" ? "green" : "red";
  if (result === "success") return "green";
  if (result === undefined) return "red";
  return enforcement === "report" ? "warning" : "red";
}

/** Every way in which one environment can stand before the gate. */
const standings: Standing[] = touchedValues.flatMap((touched) =>
  [
    { touched, enforcement: undefined, result: undefined, isLost: false },
    ...results.flatMap((result) =>
      (["report", "require"] as const).flatMap((enforcement) =>
        // A job that no runner took was cancelled.
        (result === "cancelled" ? [true, false] : [false]).map((isLost) => ({
          touched,
          enforcement,
          result,
          isLost,
        })),
      ),
    ),
  ].map((standing) => ({ ...standing, colour: colourOf(standing) })),
);

function judged(
  changesResult: string | undefined,
  some: Standing[],
  watchResult: string | undefined = "success",
) {
  const named = some.map((standing, index) => ({ ...standing, name: index === 0 ? "first" : "second" }));
  const environments = named.map(({ name, enforcement }): JudgedEnvironment => ({
    name: `${name}-environment`,
    filter: name,
    ...(enforcement && { check: { job: `dryrun-${name}`, enforcement } }),
  }));
  const outputs = named.flatMap(({ name, touched }) => (touched === undefined ? [] : [[name, touched]]));
  const jobs = named.flatMap(({ name, result }) => (result ? [[`dryrun-${name}`, { result }]] : []));
  const lost = named.filter(({ isLost }) => isLost).map(({ name }) => `${name}-environment`);
  const needs = {
    ...(changesResult && {
      changes: { result: changesResult, outputs: Object.fromEntries(outputs) as object },
    }),
    ...Object.fromEntries(jobs),
    ...(watchResult && { watch: { result: watchResult, outputs: { "not-started": JSON.stringify(lost) } } }),
  } as Needs;
  return gate(needs, environments, 30);
}

describe("the gate", () => {
  it("is green only if changes succeeded and no environment asks for red, in all combinations", () => {
    let combinations = 0;
    for (const changesResult of results) {
      for (const first of standings) {
        for (const second of standings) {
          const { ok } = judged(changesResult, [first, second]);
          const expected = changesResult === "success" && first.colour !== "red" && second.colour !== "red";
          if (ok !== expected) expect.fail(JSON.stringify({ changesResult, first, second, ok }));
          combinations += 1;
        }
      }
    }
    expect(combinations).to.equal(5 * 52 * 52);
  });

  it("says of each environment what became of it: red as an error, what was not checked as a warning", () => {
    const signs = { green: /^first-environment: /, warning: /^::warning::first-/, red: /^::error::first-/ };
    for (const standing of standings) {
      const { lines } = judged("success", [standing]);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.match(signs[standing.colour]);
    }
  });

  it("is never turned by the result of the job watch, which it mentions", () => {
    for (const standing of standings) {
      for (const watchResult of watchResults) {
        const { ok, lines } = judged("success", [standing], watchResult);
        expect(ok).to.equal(standing.colour !== "red");
        const isMentioned = watchResult === "failure" || watchResult === "cancelled";
        expect(lines.filter((line) => line.startsWith("::warning::The job watch is"))).to.have.length(
          isMentioned ? 1 : 0,
        );
      }
    }
  });

  it("warns loudly where an environment only reports, also of a runner that never came", () => {
    const lost = { touched: "true", enforcement: "report", result: "cancelled", isLost: true } as const;
    const { ok, lines } = judged("success", [{ ...lost, colour: "warning" }]);
    expect(ok).to.equal(true);
    expect(lines[0]).to.equal(
      "::warning::first-environment: NOT CHECKED: no runner started within 30 minutes. Look with npm run doctor -- " +
        "--stack first-environment. The gate is green all the same: the environment only reports.",
    );
  });

  it("does not stumble over what the job watch says", () => {
    const check = { job: "dryrun-first", enforcement: "require" } as const;
    for (const said of ["", "no JSON", "{}", "[1, null]"]) {
      const needs: Needs = {
        changes: { result: "success", outputs: { first: "true" } },
        "dryrun-first": { result: "cancelled" },
        watch: { result: "success", outputs: { "not-started": said } },
      };
      expect(gate(needs, [{ name: "first", filter: "first", check }], 30).ok).to.equal(false);
    }
  });

  it("warns loudly of an environment that is touched and has no runner", () => {
    const none = { enforcement: undefined, result: undefined, isLost: false };
    const { ok, lines } = judged("success", [{ ...none, touched: "true", colour: "warning" }]);
    expect(ok).to.equal(true);
    expect(lines[0]).to.match(/^::warning::first-environment: NOT CHECKED/);
  });

  it("is green for a repository without environments", () => {
    expect(judged("success", [])).to.deep.equal({ ok: true, lines: [] });
  });
});

describe("the gate as it stands in the workflow", () => {
  const step = stepOf(jobOf(parseWorkflow(dryRunWorkflow(requiring)), "gate"), "Judge the results");
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

  it("gets the results as data, without the reports", () => {
    const expressions: Record<string, string> = {
      "${{ toJSON(needs.changes) }}": JSON.stringify(needs.changes),
      "${{ toJSON(needs.watch) }}": JSON.stringify({ result: "success", outputs: {} }),
    };
    const filled =
      step.env?.NEEDS?.replace(/\$\{\{.*?\}\}/g, (found) => expressions[found] ?? "success") ?? "";
    expect(Object.keys(JSON.parse(filled) as object)).to.deep.equal([...Object.keys(needs), "watch"]);
    expect(filled).not.to.include("report");
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
      "::warning::staging: NOT CHECKED: this pull request touches it, and it has no runner.",
    ],
    [
      "is red when a touched environment was skipped",
      JSON.stringify({ ...needs, "dryrun-ja-production": { result: "skipped" } }),
      1,
      "::error::ja-production: NOT CHECKED: this pull request touches it, and the job dryrun-ja-production was skipped.",
    ],
    [
      "is red when no runner came, and says what to look at",
      JSON.stringify({
        ...needs,
        "dryrun-ja-production": { result: "cancelled" },
        watch: { result: "failure", outputs: { "not-started": '["ja-production"]' } },
      }),
      1,
      "no runner started within 30 minutes. Look with npm run doctor -- --stack ja-production.",
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
