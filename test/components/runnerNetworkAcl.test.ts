import { expect } from "chai";
import { describe, it } from "mocha";
import { runnerNetworkAclRules, type NetworkAclRule } from "../../components/runnerNetworkAcl";

const ranges = {
  vpcCidrBlocks: ["10.0.0.0/16", "100.64.0.0/16", "203.0.113.0/24"],
  controlPlaneCidrBlocks: ["10.0.16.0/20", "10.0.32.0/20"],
  privateDestinations: [
    { cidrBlock: "10.0.48.0/24", port: 443 },
    { cidrBlock: "10.0.48.0/24", port: 8443 },
  ],
};

const written = (rules: NetworkAclRule[]) =>
  rules.map(
    ({ ruleNo, action, protocol, cidrBlock, fromPort, toPort }) =>
      `${String(ruleNo)} ${action} ${protocol === "6" ? "tcp" : protocol} ` +
      `${String(fromPort)}-${String(toPort)} ${cidrBlock}`,
  );

describe("the rules of the runner's network ACL", () => {
  const { egress, ingress } = runnerNetworkAclRules(ranges);

  it("let out what is named, then nothing private, then HTTPS to the internet", () => {
    expect(written(egress)).to.deep.equal([
      "100 allow tcp 443-443 10.0.16.0/20",
      "101 allow tcp 443-443 10.0.32.0/20",
      "200 allow tcp 443-443 10.0.48.0/24",
      "201 allow tcp 8443-8443 10.0.48.0/24",
      "300 deny -1 0-0 10.0.0.0/8",
      "301 deny -1 0-0 172.16.0.0/12",
      "302 deny -1 0-0 192.168.0.0/16",
      "303 deny -1 0-0 100.64.0.0/10",
      "304 deny -1 0-0 203.0.113.0/24",
      "400 allow tcp 443-443 0.0.0.0/0",
    ]);
  });

  it("let in the answers of those, a range once, and nothing else", () => {
    expect(written(ingress)).to.deep.equal([
      "100 allow tcp 1024-65535 10.0.16.0/20",
      "101 allow tcp 1024-65535 10.0.32.0/20",
      "200 allow tcp 1024-65535 10.0.48.0/24",
      "300 deny -1 0-0 10.0.0.0/8",
      "301 deny -1 0-0 172.16.0.0/12",
      "302 deny -1 0-0 192.168.0.0/16",
      "303 deny -1 0-0 100.64.0.0/10",
      "304 deny -1 0-0 203.0.113.0/24",
      "400 allow tcp 1024-65535 0.0.0.0/0",
    ]);
  });

  it("keep the numbers of the private ranges, whatever else changes, so that an update never opens them", () => {
    const closed = (rules: NetworkAclRule[]) => rules.filter(({ action }) => action === "deny").slice(0, 4);
    const other = runnerNetworkAclRules({
      vpcCidrBlocks: ["198.51.100.0/24"],
      controlPlaneCidrBlocks: ["198.51.100.0/28"],
      privateDestinations: [],
    });
    expect(closed(other.egress)).to.deep.equal(closed(egress));
    expect(closed(other.ingress)).to.deep.equal(closed(ingress));
  });
});
