import { expect } from "chai";
import { describe, it } from "mocha";
import { deniedOverrides } from "../../../components/startBuildOverrides";
import { overrideValues } from "./overrides";
import { sampleOf } from "./sample";
import { stolenIn } from "./stolen";
import { releaseAttacks } from "./table";

describe("attacks on releases", () => {
  it("try each parameter of StartBuild that the release's role is denied", () => {
    const denied = deniedOverrides.map(({ parameter }) => parameter);
    expect(Object.keys(overrideValues).sort()).to.deep.equal([...denied].sort());
  });

  it("name a control, or where it says why they are accepted", () => {
    expect(releaseAttacks.filter(({ verdict }) => verdict.is === "held")).to.have.length.above(19);
    for (const { name, verdict } of releaseAttacks)
      expect(verdict.is === "held" ? verdict.control : verdict.reason, name).to.have.length.above(10);
  });

  it("are sampled by a seed, without those that must be alone", () => {
    const sample = sampleOf(8, 1);
    expect(sample).to.deep.equal(sampleOf(8, 1)).and.to.have.length(8);
    const alone = releaseAttacks.filter(({ isAlone }) => isAlone).map(({ name }) => name);
    expect(sample.filter((name) => alone.includes(name))).to.deep.equal([]);
  });

  it("read what a job has given away, and take no silence for it", () => {
    const packed = (value: string) => Buffer.from(value).toString("base64");
    const log = `2026-01-01 stolen token sts.amazonaws.com ${packed("a.b.c")}\nstolen credentials ${packed("{}")}\n`;
    expect(stolenIn(log)).to.deep.equal({ tokens: { "sts.amazonaws.com": "a.b.c" }, credentials: {} });
    expect(stolenIn("stolen nothing\n")).to.deep.equal({ tokens: {} });
    expect(() => stolenIn("")).to.throw(/gave nothing away/);
  });
});
