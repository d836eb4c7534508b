import { expect } from "chai";
import { describe, it } from "mocha";
import { refuseOtherArguments } from "../../../sandbox/providers/eks/arguments";

/** As the program gives them. */
const args = {
  name: "trial",
  version: "1.35",
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2"],
  endpointPrivateAccess: true,
  endpointPublicAccess: false,
  authenticationMode: "API",
  enabledClusterLogTypes: ["audit"],
  skipDefaultSecurityGroups: true,
  skipDefaultNodeGroup: true,
  useDefaultVpcCni: true,
  corednsAddonOptions: { enabled: false, resolveConflictsOnCreate: "OVERWRITE" },
  kubeProxyAddonOptions: { enabled: false },
  tags: {},
};

describe("the stand-in of the eks provider", () => {
  it("plays a cluster as the program asks for it", () => {
    expect(() => {
      refuseOtherArguments(args);
    }).to.not.throw();
  });

  const refused: [what: string, changes: object, message: RegExp][] = [
    ["nodes", { instanceType: "t3.medium" }, /instanceType is not known/],
    ["the default node group", { skipDefaultNodeGroup: undefined }, /skipDefaultNodeGroup is undefined/],
    ["a public endpoint", { endpointPublicAccess: true }, /endpointPublicAccess is true, known is false/],
    ["an aws-auth ConfigMap", { authenticationMode: "API_AND_CONFIG_MAP" }, /authenticationMode/],
    ["an add-on", { corednsAddonOptions: { enabled: true } }, /corednsAddonOptions is not switched off/],
    ["an add-on by default", { kubeProxyAddonOptions: undefined }, /kubeProxyAddonOptions is not/],
  ];
  for (const [what, changes, message] of refused) {
    it(`refuses ${what}, for which the real component makes other children`, () => {
      expect(() => {
        refuseOtherArguments({ ...args, ...changes });
      }).to.throw(message);
    });
  }
});
