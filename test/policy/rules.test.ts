import { expect } from "chai";
import { before, describe, it } from "mocha";
import { policies } from "../../policy/policies";
import { configs } from "../stacks/world";
import { own, releases, runnerGroup } from "../stacks/up";
import { examples } from "./examples";
import { judge, resourcesOf, type StackResource } from "./judge";

describe("the policy pack", () => {
  for (const stack of Object.keys(configs)) {
    it(`accepts the stack ${stack}`, async () => {
      expect(await judge(policies, await resourcesOf(stack))).to.deep.equal([]);
    });
  }

  it("accepts a stack that makes its cluster, with a VPC", async () => {
    const config = { [own("cluster")]: "create", [own("clusterVpcCidrBlock")]: "10.20.0.0/16" };
    const resources = await resourcesOf("kr-production", config);
    expect(resources.map(({ type }) => type)).to.include("aws:ec2/internetGateway:InternetGateway");
    expect(await judge(policies, resources)).to.deep.equal([]);
  });

  it("accepts each GitHub credential, actors, and a permissions boundary", async () => {
    const actors = { [own("githubActorIds")]: "[583231,1]" };
    const boundary = { [own("permissionsBoundaryArn")]: "arn:aws:iam::123456789012:policy/boundary" };
    const secretArn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:s-AbCdEf";
    for (const credential of [
      { [own("githubSecretArn")]: secretArn },
      { [own("githubDefaultCredential")]: "true" },
    ]) {
      const config = { ...actors, ...boundary, ...credential, [own("connectionArn")]: undefined };
      expect(await judge(policies, await resourcesOf("kr-production", config))).to.deep.equal([]);
    }
  });

  it("accepts runners in a group, with the workflow and what calls it", async () => {
    expect(await judge(policies, await resourcesOf("ja-production", runnerGroup))).to.deep.equal([]);
  });

  it("accepts stacks that apply releases", async () => {
    const elsewhere = { ...releases, [own("releaseReviewers")]: undefined };
    const resources = await resourcesOf("kr-production", elsewhere);
    expect(resources.filter(({ type }) => type === "aws:codebuild/project:Project")).to.have.length(2);
    expect(await judge(policies, resources)).to.deep.equal([]);
    expect(await judge(policies, await resourcesOf("ja-production", releases))).to.deep.equal([]);
  });

  it("has an example of each rule that is refused, and one that is accepted", () => {
    for (const { name } of policies) {
      const about = examples.filter(({ rule }) => rule === name);
      expect(about.filter(({ refusal }) => refusal).length, `${name}, refused`).to.be.above(0);
      expect(about.filter(({ refusal }) => !refusal).length, `${name}, accepted`).to.be.above(0);
    }
    expect(examples.map(({ rule }) => rule)).to.include.members(policies.map(({ name }) => name));
  });

  it("is mandatory, and each rule says what must hold", () => {
    for (const { enforcementLevel, description } of policies) {
      expect(enforcementLevel).to.equal(undefined);
      expect(description).to.match(/^[A-Z].{20,}\.$/);
    }
  });
});

describe("each rule of the policy pack", () => {
  let home: StackResource[];
  before(async () => {
    home = await resourcesOf("ja-production");
  });

  for (const { rule, what, change, refusal } of examples) {
    it(`${rule} ${refusal ? "refuses" : "accepts"} ${what}`, async () => {
      const resources = structuredClone(home);
      change(resources);
      const violations = await judge(policies, resources);
      expect(violations.map((violation) => violation.rule)).to.deep.equal(refusal ? [rule] : []);
      if (refusal)
        expect(violations[0]?.message)
          .to.match(refusal)
          .and.to.match(/Mend: \S/);
    });
  }
});
