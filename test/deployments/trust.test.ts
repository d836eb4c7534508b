import { expect } from "chai";
import { describe, it } from "mocha";
import { pullRequestTrustPolicy, pulumiTrustPolicy, updateOperations } from "../../deployments/trust";

interface Trust {
  Statement: {
    Principal: object;
    Action: string;
    Condition: { StringEquals: Record<string, string | string[]> };
  }[];
}

const claimsOf = (policy: object) => {
  const { Statement } = policy as Trust;
  expect(Statement).to.have.length(1);
  expect(Object.keys(Statement[0]!.Condition)).to.deep.equal(["StringEquals"]);
  return Statement[0]!.Condition.StringEquals;
};

describe("who may take the deployments' roles", () => {
  const update = pulumiTrustPolicy(
    "arn:provider",
    { organization: "example-org", stack: "kr-production" },
    updateOperations,
  );

  it("an update role: deployments of its stack, that update or look, and no other operation", () => {
    const subjects = claimsOf(update)["api.pulumi.com/oidc:sub"] as string[];
    const subject = (stack: string, operation: string) =>
      `pulumi:deploy:org:example-org:project:eks-dryrun-runner:stack:${stack}:operation:${operation}:scope:write`;
    expect(subjects).to.deep.equal(
      ["update", "refresh", "detect-drift"].map((operation) => subject("kr-production", operation)),
    );
    for (const operation of ["preview", "destroy", "remediate-drift"])
      expect(subjects).to.not.include(subject("kr-production", operation));
    expect(subjects).to.not.include(subject("ja-production", "update"));
  });

  it("an update role: only with a token made for the organisation", () => {
    expect(claimsOf(update)["api.pulumi.com/oidc:aud"]).to.equal("example-org");
  });

  it("the preview role: jobs of pull requests of the one repository, by its number, whichever form the subject has", () => {
    const claims = claimsOf(
      pullRequestTrustPolicy("arn:provider", { fullName: "example-org/infra", id: "600", ownerId: "500" }),
    );
    expect(claims).to.deep.equal({
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:repository_id": "600",
      "token.actions.githubusercontent.com:sub": [
        "repo:example-org@500/infra@600:pull_request",
        "repo:example-org/infra:pull_request",
      ],
    });
  });

  it("no role: by a pattern, so that no claim is ever matched in part", () => {
    expect(JSON.stringify(update)).to.not.match(/StringLike|\*/);
  });
});
