import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, describe, it } from "mocha";
import { estimates, priceGaps, usedPrices } from "../../operations/cost/estimate";
import {
  builtInPrices,
  overridden,
  priceItems,
  priceOf,
  readPrices,
  type PriceItem,
} from "../../operations/cost/priceList";
import { total } from "../../operations/cost/text";
import { estimateOf, price, roundPrices, smallInputs } from "./costWorld";

const items = Object.keys(priceItems) as PriceItem[];

describe("the prices that come with the program", () => {
  const list = builtInPrices();

  it("each have an address as their source, and a date that is not to come", () => {
    for (const { source, date, providerPage } of list) {
      expect(source).to.match(/^https:\/\/\S+$/);
      expect(providerPage).to.match(/^https:\/\/\S+$/);
      expect(Date.parse(date)).to.be.at.most(Date.now());
    }
  });

  it("are there for everything in any region, so that nothing is left uncounted", () => {
    for (const item of items) expect(priceOf(list, item, "ap-east-2"), item).not.to.equal(undefined);
  });

  it("name each thing in each region once", () => {
    const names = list.map(({ item, region }) => `${item} ${region}`);
    expect(new Set(names).size).to.equal(names.length);
  });

  it("are the provider's own word for CircleCI's credits and GitHub's minutes", () => {
    const official = list.filter(({ sure }) => sure === "official").map(({ item }) => item);
    expect(official).to.include.members(["circleciDockerMinute", "circleciIpRangesGb", "githubMinute"]);
  });
});

describe("the price of a thing in a region", () => {
  const list = [
    price("natGb", 1, "us-east-1"),
    price("natGb", 2, "us-east-2"),
    price("natGb", 3, "ap-south-1"),
    price("natHour", "unknown", "ap-south-1"),
    price("natHour", 4, "us-east-2"),
    price("diskGbMonth", "unknown"),
  ];
  const inputs = { ...smallInputs, natGateways: 1 };
  const costly = overridden(roundPrices, [price("natGb", "unknown")]).filter(
    ({ item }) => item !== "diskGbMonth",
  );

  it("is the region's own where it is known", () => {
    expect(priceOf(list, "natGb", "ap-south-1")?.amount).to.equal(3);
  });

  it("is that of the USA where it is not, said to be unknown or not there", () => {
    expect(priceOf(list, "natGb", "ap-northeast-1")).to.include({ amount: 1, region: "us-east-1" });
    expect(priceOf(list, "natHour", "ap-south-1")).to.include({ amount: 4, region: "us-east-2" });
  });

  it("is none where nobody knows any", () => {
    expect(priceOf(list, "diskGbMonth", "ap-south-1")).to.equal(undefined);
    expect(priceOf(list, "githubMinute")).to.equal(undefined);
  });

  it("that stands in for another region's is said, in one sentence for all regions", () => {
    const mixed = overridden(costly, [price("natGb", 1, "us-east-2"), price("diskGbMonth", 1, "us-east-1")]);
    const environments = ["ap-south-1", "ap-northeast-1", "us-east-1"].map((region) => ({
      name: region,
      region,
      touched: 1,
    }));
    const several = { ...inputs, environments };
    expect(priceGaps(several, mixed, estimates(several, mixed))).to.deep.equal([
      "NAT gateway, data: unknown for ap-northeast-1, ap-south-1, us-east-1; the price of us-east-2 is used.",
      "EBS volume: unknown for ap-northeast-1, ap-south-1; the price of us-east-1 is used.",
    ]);
  });

  it("that nobody knows is in no sum, and each set-up that lacks it is named", () => {
    const estimate = estimateOf("codebuild", inputs, costly);
    // 0.8 + 730 x 0.07 + 0.64, without data.
    expect(estimate.usd).to.be.closeTo(52.54, 1e-9);
    expect(total(estimate)).to.equal("over 52.54");
    expect(total(estimateOf("githubLarger", inputs, costly))).to.equal("1.84");
    expect(priceGaps(inputs, costly, estimates(inputs, costly))).to.deep.equal([
      'CodeBuild (this program): the price of "NAT gateway, data" in ap-northeast-1 is unknown, and not counted.',
      'EC2 runner, always on: the price of "EBS volume" in ap-northeast-1 is unknown, and not counted.',
      'EC2 runner, always on: the price of "NAT gateway, data" in ap-northeast-1 is unknown, and not counted.',
      'Runner controller in the cluster: the price of "NAT gateway, data" in ap-northeast-1 is unknown, and not counted.',
    ]);
  });
});

describe("a person's own prices", () => {
  const folder = mkdtempSync(join(tmpdir(), "prices-"));
  const file = (content: unknown) => {
    const path = join(folder, "prices.json");
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("stand in place of those for the same thing in the same region, and of no other", () => {
    const own = readPrices(
      file({ prices: [{ ...price("codebuildMinute", 1, "ap-south-1"), source: "our contract" }] }),
    );
    const list = overridden(builtInPrices(), own);
    expect(priceOf(list, "codebuildMinute", "ap-south-1")).to.include({ amount: 1, source: "our contract" });
    expect(priceOf(list, "codebuildMinute", "ap-northeast-1")?.amount).to.equal(0.005);
    expect(overridden(list, own)).to.have.length(list.length);
  });

  it("are shown with their source where they were used", () => {
    const list = overridden(roundPrices, [{ ...price("natGb", 7), source: "our contract" }]);
    const used = usedPrices(estimates(smallInputs, list));
    expect(used.find(({ item }) => item === "natGb")).to.include({ source: "our contract", amount: 7 });
    expect(used.map(({ item }) => item)).not.to.include("natHour");
  });

  it("are refused without source or date, all mistakes at once", () => {
    const { source, date, ...bare } = price("natGb", 1);
    const problem = { ...price("natGb", -1, "Tokyo"), item: "nat" };
    expect(source + date).not.to.equal("");
    expect(() => readPrices(file({ prices: [bare, problem] }))).to.throw(
      /--prices .*\n {2}prices\.0\.source: .*\n {2}prices\.0\.date: .*\n {2}prices\.1\.item: [^]*prices\.1\.region: [^]*prices\.1\.amount/,
    );
  });

  it("are refused where the file is missing or no JSON", () => {
    expect(() => readPrices(join(folder, "none.json"))).to.throw(/--prices .*none\.json: ENOENT/);
    expect(() => readPrices(file("{"))).to.throw(/--prices .*JSON/);
  });
});
