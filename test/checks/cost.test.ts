import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { builtInPrices } from "../../operations/cost/priceList";

const root = join(__dirname, "..", "..");
const command = ["--require", "ts-node/register/transpile-only", "operations/cost.ts"];
const example = ["--prs", "400", "--pushes", "5", "--minutes", "3", "--checkout-gb", "1.5"];
const cost = (...args: string[]) =>
  execFileSync(process.execPath, [...command, ...args], { cwd: root, encoding: "utf8" });

describe("npm run cost", function () {
  this.timeout(240_000);

  it("prints the table, and source and date of every price in it", () => {
    const text = cost(...example);
    expect(text).to.match(/^ {2}CodeBuild \(this program\) +[\d,.]+ +[\d,.]+ +[\d,.]+ +[\d,.]+ +private$/m);
    expect(text).to.match(/^ {2}pull requests a month +400 +given$/m);
    const prices = text.slice(text.indexOf("\nPrices\n")).trim().split("\n").slice(2);
    expect(prices).to.have.length.above(8);
    for (const line of prices) expect(line).to.match(/ \d{4}-\d{2}-\d{2} +https:\/\/\S+$/);
  });

  it("prints everything as JSON, from which the table can be made again", () => {
    const found = JSON.parse(cost(...example, "--json")) as {
      estimates: { setup: { id: string }; usd: number; lines: { usd: number; prices: unknown[] }[] }[];
      breakEvens: unknown[];
    };
    expect(found.estimates.map(({ setup }) => setup.id)[0]).to.equal("codebuild");
    for (const { usd, lines } of found.estimates)
      expect(lines.reduce((sum, line) => sum + line.usd, 0)).to.be.closeTo(usd, 1e-6);
    expect(found.breakEvens).to.have.length(found.estimates.length - 1);
    expect(builtInPrices()).to.deep.include.members([found.estimates[0]!.lines[0]!.prices[0]]);
  });

  it("reckons with regions of one's own, and says whose prices stand in", () => {
    const text = cost("--regions", "eu-west-1,sa-east-1");
    expect(text).to.match(/^What was put in, for eu-west-1, sa-east-1$/m);
    expect(text).to.match(
      /EC2 instance.*: unknown for eu-west-1, sa-east-1; the price of us-east-1 is used\.$/m,
    );
  });

  it("says all that is wrong with its options, and nothing else", () => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [...command, "--prs", "x", "--minutes", "y"],
      {
        cwd: root,
        encoding: "utf8",
      },
    );
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
    expect(stderr.trim().split("\n")).to.have.length(2);
  });
});
