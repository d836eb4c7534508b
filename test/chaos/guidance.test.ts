import { expect } from "chai";
import { describe, it } from "mocha";
import { readGuidance } from "./guidance";

const outcome = (all: string) => ({ exitCode: 1, stdout: "", stderr: "", all });
const stack = "kr-production";

const failedUp = `Diagnostics:
  pulumi:pulumi:Stack (eks-dryrun-runner-kr-production):
    error: aws:ec2/subnet:Subnet kr-production-runner-a: create failed. It is there already. Then
        npm run leftovers -- --stack kr-production
        pulumi up --refresh --stack kr-production
    error: aws:ec2/route:Route kr-production-runner-a: create failed. Wait. Then
        pulumi up --refresh --stack kr-production
    error: update failed

  aws:ec2:Subnet (kr-production-runner-a):
    error: 1 error occurred:
    	* creating EC2 Subnet: operation error EC2: CreateSubnet, InvalidSubnet.Conflict: ...
`;

describe("what a person reads in an error", () => {
  it("is the resource's name, and the commands in the order in which they go", () => {
    expect(readGuidance(outcome(failedUp), stack, "up")).to.deep.equal({
      names: ["aws:ec2:Subnet (kr-production-runner-a)"],
      commands: ["npm run leftovers -- --stack kr-production", "pulumi up --refresh --stack kr-production"],
      from: "message",
    });
  });

  it("is what could not be looked up, and that the same command is run again", () => {
    const said = `    error: Stack kr-production cannot be built on what is there. Nothing was changed.

      VPC vpc-1 could not be looked up: AccessDenied
        Whoever runs Pulumi may not do that. Then run the same command again.
`;
    expect(readGuidance(outcome(said), stack, "up")).to.deep.equal({
      names: ["VPC vpc-1 could not be looked up"],
      commands: ["pulumi up --stack kr-production"],
      from: "message",
    });
  });

  it("is for a destroy, which does not run the program, in the documentation", () => {
    const said = `Diagnostics:
  aws:ec2:Subnet (kr-production-runner-a):
    error: deleting EC2 Subnet: UnauthorizedOperation: You are not authorized
`;
    expect(readGuidance(outcome(said), stack, "destroy")).to.deep.equal({
      names: ["aws:ec2:Subnet (kr-production-runner-a)"],
      commands: ["pulumi destroy --refresh --stack kr-production"],
      from: "docs",
    });
  });

  it("is for a stack that is locked, or of which something is pending, what the README says of a killed update", () => {
    for (const said of [
      "error: the stack is currently locked by 1 lock(s).",
      "warning: Attempting to deploy or update resources with 7 pending operations from previous deployment.",
    ]) {
      const { commands, from } = readGuidance(outcome(said), stack, "up");
      expect(from).to.equal("Pulumi");
      expect(commands.map((command) => command.split(" --")[0])).to.deep.equal([
        "pulumi cancel",
        "pulumi refresh",
        "npm run leftovers",
        "pulumi up",
      ]);
    }
  });

  it("names nothing where only the stack is named", () => {
    const said = "Diagnostics:\n  pulumi:pulumi:Stack (eks-dryrun-runner-kr-production):\n    error: no\n";
    expect(readGuidance(outcome(said), stack, "up").names).to.deep.equal([]);
  });
});
