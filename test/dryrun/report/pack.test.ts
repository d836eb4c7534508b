import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { longestPackedReport, pack, type PackedReport } from "../../../dryrun/report/pack";
import type { ObjectResult } from "../../../dryrun/report/types";
import { object, report } from "./sampleReport";

const unpacked = (text: string) =>
  JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString()) as PackedReport;

/** A text that cannot be compressed. */
const noise = (bytes: number) => randomBytes(bytes).toString("base64");

const named = (name: string, fields: Partial<ObjectResult>) => object({ name, ...fields });

describe("a report as an output of a job", () => {
  it("is the whole report where it fits, but for objects that nobody would show", () => {
    const whole = report({
      objects: [
        named("a", { diff: "+a" }),
        named("b", { verdict: "unchanged", touched: true }),
        named("c", { verdict: "unchanged", touched: false }),
        named("d", { verdict: "would-fail", touched: false, message: "one\ntwo" }),
      ],
    });
    const { version, report: packed, shortened, leftOut } = unpacked(pack(whole));
    expect({ version, shortened, leftOut }).to.deep.equal({ version: 1, shortened: 0, leftOut: 0 });
    expect(packed.objects.map(({ name }) => name)).to.have.members(["a", "b", "d"]);
    expect({ ...packed, objects: [] }).to.deep.equal({ ...whole, objects: [] });
  });

  it("is the same text for the same report", () => {
    expect(pack(report())).to.equal(pack(report()));
  });

  it("gives up the differences that matter least first, of those the longest", () => {
    const whole = report({
      objects: [
        named("already-so", { touched: false, diff: noise(20_000) }),
        named("long", { diff: noise(40_000) }),
        named("short", { diff: noise(10_000) }),
        named("refused", { verdict: "would-fail", message: `${noise(30_000)}\nmore` }),
      ],
    });
    const { report: packed, shortened, leftOut } = unpacked(pack(whole));
    expect({ shortened, leftOut }).to.deep.equal({ shortened: 2, leftOut: 0 });
    const byName = Object.fromEntries(packed.objects.map((one) => [one.name, one]));
    expect(byName["already-so"]?.diff).to.equal(undefined);
    expect(byName.long?.diff).to.equal(undefined);
    expect(byName.short?.diff).to.have.length.above(10_000);
    expect(byName.refused?.message).to.have.length.above(30_000);
  });

  it("gives up objects only when no difference is left, and says how many", () => {
    const objects = Array.from({ length: 1_500 }, (_, index) =>
      named(`${noise(120)}-${String(index)}`, { diff: noise(100), touched: index % 2 === 0 }),
    );
    const { report: packed, shortened, leftOut } = unpacked(pack(report({ objects })));
    expect(packed.objects.every(({ diff }) => diff === undefined)).to.equal(true);
    expect(leftOut).to.be.above(300);
    expect(packed.objects).to.have.length(1_500 - leftOut);
    expect(shortened).to.equal(packed.objects.length);
    expect(packed.objects.every(({ touched }) => touched)).to.equal(true);
    expect(packed.counts.touched.change).to.equal(750);
  });

  it("fits whatever is in it", () => {
    const long = fc.integer({ min: 0, max: 60_000 }).map(noise);
    const arbitrary = fc.record({
      problem: long,
      guardMessage: long,
      identityProblems: fc.array(long, { maxLength: 40 }),
      objects: fc.array(
        fc.record({ diff: long, message: long, name: fc.string({ unit: "binary" }) }).map(object),
        { maxLength: 8 },
      ),
    });
    fc.assert(
      fc.property(arbitrary, (fields) => {
        expect(pack(report(fields)).length).to.be.at.most(longestPackedReport);
      }),
      { numRuns: 4 },
    );
  });
});
