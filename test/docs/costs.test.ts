import { readFileSync } from "node:fs";
import { expect } from "chai";
import { describe, it } from "mocha";
import { costsFile, costsPage, costsPictureFile } from "../../docs/costs";
import { exampleCommand } from "../../docs/costsExample";
import { costsSvg } from "../../docs/costsPicture";
import { builtInPrices } from "../../operations/cost/priceList";
import { setups } from "../../operations/cost/setups";

describe("docs/costs.md", () => {
  const text = readFileSync(costsFile, "utf8");

  it("is what the prices and the registry give now (mend: npm run docs)", async () => {
    expect(text).to.equal(await costsPage());
  });

  it("names the source and the date of every price", () => {
    for (const { source, date } of builtInPrices()) expect(text).to.include(source).and.to.include(date);
  });

  it("shows the command that gives its numbers", () => {
    expect(text).to.include(`\`\`\`sh\n${exampleCommand}\n`);
  });
});

describe("the picture of the costs", () => {
  const svg = readFileSync(costsPictureFile, "utf8");

  it("is what the prices and the registry give now (mend: npm run docs)", () => {
    expect(svg).to.equal(costsSvg());
  });

  it("has a bar for every set-up, inside of the picture", () => {
    const width = Number(/<svg [^>]*width="(\d+)"/.exec(svg)?.[1]);
    for (const { name } of setups) expect(svg).to.include(`>${name}</text>`);
    const ends = [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(
      ([, x, length]) => Number(x) + Number(length),
    );
    expect(ends).to.have.length.above(setups.length);
    for (const end of ends) expect(end).to.be.below(width - 80);
  });

  it("has a background of its own, and its numbers for those who do not see it", () => {
    expect(svg).to.include('<rect width="100%" height="100%" fill="#ffffff"/>');
    expect(svg).to.match(/<desc>.*CodeBuild \(this program\): [\d,.]+;/);
  });
});
