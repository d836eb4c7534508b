import { expect } from "chai";
import { describe, it } from "mocha";
import { examineAll, type Result } from "../../../operations/doctor/check";
import { connectionRepositoriesChecks } from "../../../operations/doctor/connectionRepositories";
import { exitCodeOf } from "../../../operations/doctor/report";
import type { Settings } from "../../../stacks/settings";
import { factsOf } from "./fakeAnswers";
import { healthyWorld, stack, type FakeWorld } from "./fakeWorld";

/** What doctor says of the repositories that the runner's role opens. */
async function examine(
  change: (world: FakeWorld) => void = () => undefined,
  githubCredential: Settings["githubCredential"] = stack.settings.githubCredential,
): Promise<Result> {
  const world = healthyWorld();
  change(world);
  const facts = factsOf(world, { ...stack.settings, githubCredential });
  const [result] = await examineAll(connectionRepositoriesChecks, facts);
  return result!;
}

const page = "https://github.com/organizations/example-org/settings/installations/1";

describe("doctor, asked how many repositories a stolen token opens", () => {
  it("warns of an installation on all repositories, and says what the app may write and where to change it", async () => {
    const result = await examine(({ github }) => {
      github.installations![0]!.repository_selection = "all";
    });
    expect(result.verdict).to.equal("warning");
    expect(result.says).to.match(/^all of example-org: .* \(which may write administration, contents\)$/);
    expect(result.mend).to.equal(
      `${page} # Repository access: only select repositories, example-org/kubernetes-manifests alone`,
    );
    expect(exitCodeOf([result])).to.equal(0);
  });

  it("says that of selected ones it cannot tell which, and where a person sees it", async () => {
    const { verdict, says, mend } = await examine();
    expect(verdict).to.equal("warning");
    expect(says).to.match(/^selected ones, .* example-org\/kubernetes-manifests alone$/);
    expect(mend).to.equal(page);
  });

  const hidden: [string, RegExp, (world: FakeWorld) => void][] = [
    [
      "the token is of nobody who owns the organisation",
      /only to a token with Administration: read/,
      ({ github }) => delete github.installations,
    ],
    [
      "GitHub refuses the token",
      /needs permission Administration: read/,
      ({ denied }) => denied.push("GitHub"),
    ],
    [
      "the app is not among the installed ones",
      /shows no installation of aws-connector/,
      ({ github }) => github.installations!.pop(),
    ],
  ];
  for (const [title, why, change] of hidden) {
    it(`says that it cannot tell, and how to look by hand, where ${title}`, async () => {
      const { verdict, says, mend } = await examine(change);
      expect(verdict).to.equal("warning");
      expect(says).to.match(/^cannot be told: /);
      expect(says).to.match(why);
      expect(says).to.include("Look by hand");
      expect(mend).to.match(/^https:\/\/github\.com\/organizations\/example-org\/settings\/installations /);
    });
  }

  it("says of a secret that only its maker knows", async () => {
    const arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:github-a1b2c3";
    const { verdict, says } = await examine(undefined, { type: "secret", arn });
    expect(verdict).to.equal("warning");
    expect(says).to.include("only whoever made it can see that");
  });

  it("finds CodeBuild's own credential all right: the role has no right to it", async () => {
    expect((await examine(undefined, { type: "default" })).verdict).to.equal("ok");
  });
});
