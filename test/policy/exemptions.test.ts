import { expect } from "chai";
import { before, describe, it } from "mocha";
import { Exempted } from "../../policy/exempted";
import { exemptions, type Exemption } from "../../policy/exemptions";
import { policies } from "../../policy/policies";
import { judge, resourcesOf, type StackResource } from "./judge";

const reason = "A stand-in for a cluster that a trial makes.";
const types = {
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
};

describe("an exemption from a policy rule", () => {
  let broken: StackResource[];
  before(async () => {
    broken = await resourcesOf("kr-production");
    broken.find(({ type }) => type === types.logGroup)!.props.retentionInDays = 0;
    broken.find(({ type }) => type === types.ingressRule)!.sources.referencedSecurityGroupId = [];
  });

  const said = async (exemptions: Exemption[], resources = broken) => {
    const exempted = new Exempted(policies, exemptions);
    const refused = await judge(exempted.policies, resources);
    const reported = await judge([exempted.report], resources);
    return { refused: refused.map(({ rule }) => rule), reported: reported.map(({ message }) => message) };
  };
  const log = { rule: "log-retention", resource: "kr-production-runner", reason };

  it("lets the one resource be, by one rule, and says so with the reason", async () => {
    expect(await said([log])).to.deep.equal({
      refused: ["only-runner-admitted"],
      reported: [`kr-production-runner is exempt from log-retention: ${reason}`],
    });
  });

  it("works for rules over several resources too", async () => {
    const resource = "kr-production-runner-to-control-plane";
    const { refused } = await said([log, { rule: "only-runner-admitted", resource, reason }]);
    expect(refused).to.deep.equal([]);
  });

  it("that nothing needs any more is asked to go", async () => {
    const { refused, reported } = await said([log], await resourcesOf("kr-production"));
    expect(refused).to.deep.equal([]);
    expect(reported).to.deep.equal([
      "kr-production-runner keeps log-retention. Mend: delete its exemption from policy/exemptions.ts.",
    ]);
  });

  it("for a resource of another stack says nothing", async () => {
    expect((await said([{ ...log, resource: "ja-production-runner" }])).reported).to.deep.equal([]);
  });

  it("is advisory where it is told, so that it stops nothing", () => {
    expect(new Exempted(policies, []).report.enforcementLevel).to.equal("advisory");
  });

  for (const [what, exemption, expected] of [
    ["no reason", { ...log, reason: "" }, /has no reason, expected a sentence that says why/],
    ["a word for a reason", { ...log, reason: "legacy" }, /has no reason/],
    ["a rule that is none", { ...log, rule: "retention" }, /names no rule, expected one of no-ingress, /],
    ["no resource", { ...log, resource: "" }, /names no resource, expected Pulumi's name of one/],
  ] satisfies [string, Exemption, RegExp][]) {
    it(`with ${what} is refused before anything is judged`, () => {
      expect(() => new Exempted(policies, [exemption])).to.throw(expected);
    });
  }

  it("is refused together with all others that are wrong", () => {
    const wrong = { rule: "r", resource: "", reason: "" };
    expect(() => new Exempted(policies, [wrong, { ...log, reason: "" }])).to.throw(
      /names no rule[^]*names no resource[^]*has no reason[^]*kr-production-runner.*has no reason/,
    );
  });

  it("of those that are committed is well-formed", () => {
    expect(() => new Exempted(policies, exemptions)).to.not.throw();
  });
});
