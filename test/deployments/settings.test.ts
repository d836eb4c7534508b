import { expect } from "chai";
import { describe, it } from "mocha";
import { checkedSettings } from "../../deployments/settings";
import { own, shippedConfig } from "./settings";

type Changes = Record<string, string | undefined>;

function refusalOf(changes: Changes): string {
  const config = Object.entries({ ...shippedConfig(), ...changes }).filter(
    ([, value]) => value !== undefined,
  );
  try {
    checkedSettings("production", Object.fromEntries(config) as Record<string, string>);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the settings were taken, expected a refusal");
}

const bad: [what: string, changes: Changes, key: string][] = [
  [
    "an organisation with capitals",
    { [own("pulumiOrganization")]: "Example-Org" },
    own("pulumiOrganization"),
  ],
  ["no organisation", { [own("pulumiOrganization")]: undefined }, own("pulumiOrganization")],
  ["a repository as a URL", { [own("repository")]: "https://github.com/o/n" }, own("repository")],
  ["no number of the repository", { [own("repositoryId")]: undefined }, own("repositoryId")],
  ["a name for a number", { [own("repositoryOwnerId")]: "example-org" }, own("repositoryOwnerId")],
  ["a schedule in words", { [own("driftSchedule")]: "daily" }, own("driftSchedule")],
  ["a notice by mail", { [own("noticeFormat")]: "mail" }, own("noticeFormat")],
  [
    "a provider of another issuer",
    { [own("githubIdentityProviderArn")]: "arn:aws:iam::123456789012:oidc-provider/api.pulumi.com/oidc" },
    own("githubIdentityProviderArn"),
  ],
  [
    "a cluster of a stack that is none",
    { [own("stacksWithOwnCluster")]: '["in-prod"]' },
    `${own("stacksWithOwnCluster")}[0]`,
  ],
  ["no account", { "aws:allowedAccountIds": undefined }, "aws:allowedAccountIds"],
  ["a key that is none", { [own("organisation")]: "x" }, own("organisation")],
];

describe("the settings of the deployments project", () => {
  it("are right in the file that ships, once the two secrets are set", () => {
    const settings = checkedSettings("production", shippedConfig());
    expect(settings).to.include({ branch: "main", noticeFormat: "slack", deploymentPreviews: false });
    expect(settings.accountId).to.equal("123456789012");
  });

  for (const [what, changes, key] of bad)
    it(`refuse ${what}, and name the key, what is expected and the command`, () => {
      const message = refusalOf(changes);
      expect(message).to.include(`  ${key} `).and.include("expected: ").and.include("mend it:  ");
    });

  it("name all that is wrong at once", () => {
    const all = Object.assign({}, ...bad.map(([, changes]) => changes)) as Changes;
    const message = refusalOf(all);
    for (const key of new Set(bad.map(([, , key]) => key))) expect(message).to.include(key);
  });

  it("refuse a stack that makes its cluster and applies releases: its role's policy has no room for both", () => {
    const message = refusalOf({
      [own("stacksWithOwnCluster")]: '["in-production"]',
      [own("stacksWithReleases")]: '["kr-production","in-production"]',
    });
    expect(message).to.include("names in-production, as stacksWithOwnCluster does");
    expect(message).to.include(
      `pulumi config set ${own("stacksWithReleases")} '["kr-production"]' --stack production`,
    );
  });

  it("never show a secret, not even a wrong one, and say how to set it without the shell keeping it", () => {
    const message = refusalOf({
      [own("githubAppPrivateKey")]: "canary-not-a-key",
      [own("noticeUrl")]: "http://hooks.example.com/canary-not-a-hook",
    });
    expect(message).to.not.include("canary");
    expect(message).to.include(
      `| pulumi config set --secret ${own("githubAppPrivateKey")} --stack production`,
    );
  });
});
