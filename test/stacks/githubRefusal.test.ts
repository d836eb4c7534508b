import { expect } from "chai";
import { describe, it } from "mocha";
import { adviceOn } from "../../stacks/githubRefusal";

const contents = "https://api.github.com/repos/o/n/contents/";
const advice = (error: string) => adviceOn(error, "o/n", "ja-production");

// GitHub's own words, as the provider passes them on.
const refusals: [what: string, error: string, says: RegExp][] = [
  [
    "a ruleset that wants a pull request",
    `PUT ${contents}guard.yaml: 409 Repository rule violations found\n\nChanges must be made through a pull request.\n\n []`,
    /bypass list[\s\S]*pulumi config set eks-dryrun-runner:delivery pullRequest --stack ja-production/,
  ],
  [
    "a ruleset that wants a check",
    `PUT ${contents}guard.yaml: 409 Repository rule violations found\n\nRequired status check "K8s Dryrun gate" is expected.\n\n []`,
    /pulumi config set eks-dryrun-runner:githubAppId <App ID> --stack ja-production/,
  ],
  [
    "a classic rule that wants a pull request",
    `PUT ${contents}guard.yaml: 409 Could not create file: Changes must be made through a pull request. []`,
    /bypass list/,
  ],
  [
    "a classic rule that wants checks",
    `PUT ${contents}guard.yaml: 409 Could not update file: 2 of 2 required status checks are expected. []`,
    /bypass list/,
  ],
  [
    "an app that is not installed",
    "POST https://api.github.com/repos/o/n/rulesets: 422 Validation Failed [] Actor x must be part of the ruleset source or owner organization",
    /githubAppId must be the App ID of a GitHub App that is installed on o\/n/,
  ],
  [
    "a token without a permission",
    "POST https://api.github.com/repos/o/n/rulesets: 403 Resource not accessible by integration []",
    /GITHUB_TOKEN lacks a permission on o\/n/,
  ],
  [
    "a token that may not write workflows",
    `PUT ${contents}.github/workflows/k8s-dryrun.yml: 404 Not Found []`,
    /GITHUB_TOKEN lacks a permission/,
  ],
];

describe("what is said beside GitHub's refusals", () => {
  for (const [what, error, says] of refusals)
    it(`tells what to do about ${what}`, () => {
      expect(advice(error)).to.match(says);
    });

  it("is nothing where the error says all there is to say", () => {
    for (const error of [
      `PUT ${contents}guard.yaml: 409 guard.yaml does not match 1234 []`,
      `PUT ${contents}guard.yaml: 409 is at 12 but expected 34 []`,
      `PUT ${contents}guard.yaml: 404 Not Found []`,
      "refusing to overwrite existing file: configure `overwrite_on_create` to `true` to override",
    ])
      expect(advice(error), error).to.equal(undefined);
  });
});
