import { expect } from "chai";
import { before, describe, it } from "mocha";
import { gateCheckName } from "../../committed/gateJob";
import { workflowName } from "../../committed/workflow";
import { readmeWritten } from "../../docs/readme";
import { settingsTable } from "../../stacks/settingsTable";
import { own, releases, up } from "../stacks/up";
import { firstColumn, page, section } from "./markdown";

const readme = page("README.md");

/** Of a stack that makes its cluster and applies releases, which has more. */
async function outputsOf(stack: string, delivery = "commit"): Promise<string[]> {
  const isHome = stack === "ja-production";
  const { outputs, error } = await up(stack, {
    config: {
      ...releases,
      ...(isHome ? {} : { [own("releaseReviewers")]: undefined }),
      [own("delivery")]: delivery,
      [own("cluster")]: "create",
      [own("clusterVpcCidrBlock")]: `${isHome ? "10.10" : "10.20"}.0.0/16`,
    },
  });
  if (error) throw error;
  return Object.keys(outputs);
}

describe("the README", () => {
  it("has the settings and the costs as their sources have them now (mend: npm run docs)", async () => {
    expect(readme.text).to.equal(await readmeWritten(readme.text));
  });
});

describe("the README's settings", () => {
  it("name every key of the namespace, and the provider's keys that are checked", () => {
    const keys = firstColumn(section(readme, "Settings"));
    expect(keys).to.deep.equal([...Object.keys(settingsTable), "aws:region", "aws:allowedAccountIds"]);
  });
});

describe("the README's outputs", () => {
  let home: string[];
  let other: string[];
  before(async () => {
    const byEitherDelivery = [
      ...(await outputsOf("ja-production")),
      ...(await outputsOf("ja-production", "pullRequest")),
    ];
    home = [...new Set(byEitherDelivery)];
    other = await outputsOf("kr-production");
  });

  it("are those of the home stack, in their order", () => {
    expect(firstColumn(section(readme, "Outputs"))).to.deep.equal(home);
  });

  it("say which of them the home stack alone has", () => {
    const rows = section(readme, "Outputs").split("\n");
    const marked = rows.filter((row) => row.includes("Home stack only")).join("\n");
    expect(firstColumn(marked)).to.deep.equal(home.filter((name) => !other.includes(name)));
  });
});

describe("the README's names", () => {
  it("are the workflow's own", () => {
    expect(readme.text).to.include(`Require exactly one check, \`${gateCheckName}\``);
    expect(readme.text).to.include(`workflow must be called \`${workflowName}\``);
  });
});
