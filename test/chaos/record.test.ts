import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { allCases } from "./cases";
import type { Case, Result } from "./play";
import { Record } from "./record";
import { scenarios } from "./scenarios";

const [one, other, third] = allCases([{ scenario: scenarios[0]!, operations: ["ec2 CreateSubnet"] }]) as [
  Case,
  Case,
  Case,
];
const result = (of: Case, ...problems: string[]): Result => ({
  ...{ case: of, problems, way: "by itself", named: [], seconds: 1, said: [] },
});

describe("the record of a run", () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "record-"));
  });
  after(() => rm(directory, { recursive: true }));

  it("has what survived the last time that it was played, and nothing else", async () => {
    const record = await Record.open(directory);
    expect(await record.survived([one, other])).to.deep.equal([]);
    await record.keep(result(one, "too many: subnet"));
    await record.keep(result(one));
    await record.keep(result(other));
    await record.keep(result(other, "missing: subnet"));
    const again = await Record.open(directory);
    expect(await again.survived([one, other, third])).to.deep.equal([result(one)]);
  });

  it("is not gone on with by another version of the program", async () => {
    await writeFile(join(directory, "program"), "of another version");
    const error = await Record.open(directory).catch((thrown: unknown) => thrown);
    expect(error).to.be.an("error").with.property("message").that.includes("another version");
  });
});
