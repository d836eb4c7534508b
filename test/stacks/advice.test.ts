import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { adviceFor, advices, commandsAfter } from "../../stacks/advice";
import { lookupProblem } from "../../stacks/lookup";

/** What AWS and GitHub say, and the beginning of what it means. */
const errors: [error: string, means: RegExp][] = [
  ["api error InvalidSubnet.Conflict: The CIDR '10.20.96.0/27' conflicts with another subnet", /already/],
  ["ResourceAlreadyExistsException: The specified log group already exists", /already/],
  ["EntityAlreadyExists: Role with name runner already exists.", /already/],
  ["api error InvalidPermission.Duplicate: the specified rule already exists", /already/],
  ["refusing to overwrite existing file: configure `overwrite_on_create`", /already/],
  ["POST https://api.github.com/: 422 Validation Failed [{Message:Name must be unique}]", /already/],
  [`PUT https://api.github.com/: 422 Invalid request.\n\n"sha" wasn't supplied. []`, /already/],
  [
    "revoking default IPv4 egress rule for Security Group (sg-1): api error UnauthorizedOperation",
    /everything out/,
  ],
  [
    "waiting for Security Group (sg-1) create: operation error EC2: DescribeSecurityGroups, StatusCode: 500",
    /everything out/,
  ],
  ["reading Security Group (sg-1): api error UnauthorizedOperation", /everything out/],
  ["api error RequestExpired: Request has expired.", /no longer valid/],
  ["ExpiredToken: The security token included in the request is expired", /no longer valid/],
  ["GET https://api.github.com/repos/o/r: 401 Bad credentials []", /no longer valid/],
  ["api error UnauthorizedOperation: You are not authorized to perform this operation.", /may not/],
  ["AccessDenied: User: u is not authorized to perform: iam:CreateRole", /may not/],
  ["PUT https://api.github.com/: 403 Resource not accessible by personal access token []", /may not/],
  ["StatusCode: 503, api error RequestLimitExceeded: Request limit exceeded.", /too many calls/],
  ["StatusCode: 400, Throttling: Rate exceeded", /too many calls/],
  [
    "https response error StatusCode: 500, RequestID: 1, api error InternalError: An internal error",
    /has failed/,
  ],
  ["PUT https://api.github.com/: 500 Server Error []", /has failed/],
  ["PUT https://api.github.com/: EOF", /has failed/],
  ["PUT https://api.github.com/: 409 file does not match abc []", /committed in between/],
  ["api error InvalidGroup.NotFound: The security group 'sg-1' does not exist", /not there/],
  ["expected non-nil error with nil state during Create of urn", /not there/],
];

describe("the advice on failures", () => {
  for (const [error, means] of errors) {
    it(`knows what this means: ${error.slice(0, 70)}`, () => {
      expect(adviceFor(error).means).to.match(means);
    });
  }

  it("has no row that another one hides", () => {
    const reached = new Set(errors.map(([error]) => adviceFor(error)));
    expect([...reached]).to.have.members(advices);
  });

  it("looks for leftovers where something may have been made, and always refreshes", () => {
    const after = (error: string) => commandsAfter(adviceFor(error), "ja-production", "up");
    expect(after("EntityAlreadyExists")).to.deep.equal([
      "npm run leftovers -- --stack ja-production",
      "pulumi up --refresh --stack ja-production",
    ]);
    expect(after("AccessDenied")).to.deep.equal(["pulumi up --refresh --stack ja-production"]);
    expect(after("something new")).to.have.length(2);
  });
});

describe("a lookup that fails", () => {
  it("blames the thing where it may be missing", () => {
    expect(
      lookupProblem("Cluster a", new Error("ResourceNotFoundException: No cluster"), "aws eks list-clusters"),
    ).to.equal(
      "Cluster a could not be looked up: ResourceNotFoundException: No cluster\n    aws eks list-clusters",
    );
  });

  it("does not blame it for an expired token", () => {
    const problem = lookupProblem(
      "Cluster a",
      new Error("ExpiredTokenException: expired"),
      "aws eks list-clusters",
    );
    expect(problem).to.include("Log in to AWS again").and.to.include("run the same command again");
    expect(problem).to.not.include("list-clusters");
  });
});

describe("docs/operations.md", () => {
  const text = readFileSync(join(__dirname, "..", "..", "docs", "operations.md"), "utf8");
  for (const { means, mend, leftovers } of advices) {
    it(`says the same: ${means}`, () => {
      const row = text.split("\n").find((line) => line.includes(means)) ?? "";
      expect(row.split("|").map((cell) => cell.trim())).to.include.members([
        means,
        mend,
        leftovers ? "yes" : "",
      ]);
    });
  }
});
