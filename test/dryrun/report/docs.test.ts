import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { expect } from "chai";
import { describe, it } from "mocha";
import { docs } from "../../../dryrun/report/docs";
import type { Reason, Verdict } from "../../../dryrun/report/types";
import { reasons, verdicts } from "../../../dryrun/report/verdicts";
import { object, report } from "./sampleReport";

const root = join(__dirname, "../../..");

describe("pages made from the report's code", () => {
  it("are those that npm run docs writes now", async () => {
    for (const [path, text] of Object.entries(await docs())) {
      expect(readFileSync(join(root, path), "utf8"), `${path}: run npm run docs`).to.equal(text);
    }
  });
});

describe("the report's JSON Schema", () => {
  const schema = JSON.parse(readFileSync(join(root, "docs/report.schema.json"), "utf8")) as object;
  const isDateTime = (text: string) => !Number.isNaN(Date.parse(text));
  const validate = new Ajv({ allErrors: true, formats: { "date-time": isDateTime } }).compile(schema);
  const problems = (candidate: unknown): string[] => {
    // What is checked is what a reader gets: JSON.
    validate(JSON.parse(JSON.stringify(candidate)));
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
  };

  it("holds for reports with every verdict and reason", () => {
    const objects = [
      ...(Object.keys(verdicts) as Verdict[])
        .filter((verdict) => verdict !== "not-checked")
        .map((verdict) => object({ verdict, diff: "-a\n+b", message: "said" })),
      ...(Object.keys(reasons) as Reason[]).map((reason) => object({ verdict: "not-checked", reason })),
      object({ kind: "Secret", verdict: "not-checked", reason: "secret", keysAdded: ["a"], keysRemoved: [] }),
    ];
    expect(problems(report({ objects }))).to.deep.equal([]);
  });

  it("holds for a run that was stopped before it reached the server", () => {
    const stopped = report({ objects: [], problem: "the overlay does not render", guard: "not-reached" });
    delete stopped.server;
    delete stopped.kubectl;
    delete stopped.clusterName;
    expect(problems(stopped)).to.deep.equal([]);
  });

  it("refuses what is no report", () => {
    expect(problems({ ...report(), state: undefined })).to.deep.equal([
      " must have required property 'state'",
    ]);
    expect(problems({ ...report(), exitCode: 3 })).to.not.deep.equal([]);
    expect(problems({ ...report(), version: 2 })).to.not.deep.equal([]);
    expect(problems({ ...report(), startedAt: "yesterday" })).to.not.deep.equal([]);
    expect(problems({ ...report(), surprise: true })).to.not.deep.equal([]);
    const unknownVerdict = { ...object(), verdict: "perhaps" };
    expect(problems({ ...report(), objects: [unknownVerdict] })).to.not.deep.equal([]);
    expect(problems({ ...report(), counts: { touched: {}, alreadySo: {} } })).to.not.deep.equal([]);
  });
});
