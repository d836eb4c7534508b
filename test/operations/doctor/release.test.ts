import { expect } from "chai";
import { describe, it } from "mocha";
import { examineAll, type Result } from "../../../operations/doctor/check";
import { checksOf } from "../../../operations/doctor/checks";
import { page } from "../../docs/markdown";
import { factsOf } from "./fakeAnswers";
import { releasing, releasingWorld } from "./fakeRelease";
import { healthyWorld } from "./fakeWorld";

type World = ReturnType<typeof releasingWorld>;

const compiling = "committed-files";

async function examine(change: (world: World) => unknown, { files = false } = {}): Promise<Result[]> {
  const world = releasingWorld();
  change(world);
  const facts = factsOf(world, releasing.settings);
  return examineAll(
    checksOf(facts.subject).filter(({ name }) => files || name !== compiling),
    facts,
  );
}

const wrong = (results: Result[]) => results.filter(({ verdict }) => verdict === "wrong");
const applyWorkflow = ".github/workflows/k8s-apply-environment.yml";

describe("doctor, where releases are applied", () => {
  it("finds a world as the program makes it all right, files of other stacks' releases too", async () => {
    const results = await examine(() => undefined, { files: true });
    expect(
      results.filter(({ verdict }) => verdict !== "ok").map(({ name, says }) => [name, says]),
    ).to.have.lengthOf(1);
    const names = results.map(({ name }) => name);
    expect(names).to.include.members(["release-environment", "apply-project", compiling]);
    expect(results.find(({ name }) => name === "committed-files")?.says).to.match(/^16 files/);
  });

  it("looks at nothing of it where they are not, and misses nothing", () => {
    const facts = factsOf(healthyWorld());
    const names = checksOf(facts.subject).map(({ name }) => name);
    expect(names.filter((name) => /release|apply/.test(name))).to.deep.equal([]);
  });

  it("has a line for each of its checks in docs/operations.md", () => {
    const { text } = page("docs/operations.md");
    for (const { name } of checksOf(factsOf(releasingWorld(), releasing.settings).subject))
      expect(text, name).to.include(`| \`${name}\``);
  });

  const cases: [string, string, RegExp, (world: World) => unknown][] = [
    [
      "a workflow that leaves the environment out",
      "release-workflow",
      /does not have it/,
      ({ github }) => delete github.files[applyWorkflow],
    ],
    [
      "a workflow that takes another role",
      "release-workflow",
      /its role is arn:aws:iam::123456789012:role\/other, expected \S+:role\/ja-production-release/,
      ({ github }) => {
        github.files[applyWorkflow] = github.files[applyWorkflow]!.replaceAll(
          "role/ja-production-release",
          "role/other",
        );
      },
    ],
    [
      "an environment that is not there",
      "release-environment",
      /there is none/,
      ({ release }) => delete release.environment,
    ],
    [
      "reviewers who were taken away",
      "release-environment",
      /its reviewers are nobody, expected team:4711, user:583231; who starts a release may approve it/,
      ({ release }) => release.environment!.protection_rules.shift(),
    ],
    [
      "administrators who may go past",
      "release-environment",
      /administrators may go past/,
      ({ release }) => (release.environment!.can_admins_bypass = true),
    ],
    [
      "all branches let in",
      "release-environment",
      /every branch and tag/,
      ({ release }) => (release.environment!.deployment_branch_policy = null),
    ],
    [
      "a branch that was let in",
      "release-environment",
      /it lets in the branch feature, the branch main/,
      ({ release }) => release.refs.push({ name: "feature", type: "branch" }),
    ],
    ["no role of releases", "release-role", /there is no role/, ({ release }) => delete release.role],
    [
      "a role that trusts more",
      "release-role",
      /others may take it/,
      ({ release }) =>
        (release.role!.AssumeRolePolicyDocument = release.role!.AssumeRolePolicyDocument!.replaceAll(
          "environment%3Aja-production",
          "*",
        )),
    ],
    [
      "a role that may change the build",
      "release-role",
      /its policy is not what the program writes/,
      ({ release }) =>
        (release.policy = JSON.parse(
          JSON.stringify(release.policy).replace("source.buildspec", "x"),
        ) as object),
    ],
    ["no project", "apply-project", /there is no project/, ({ release }) => delete release.project],
    [
      "a project with a webhook",
      "apply-project",
      /webhook, by which jobs would reach it, is https/,
      ({ release, project }) => (release.project!.webhook = project!.webhook),
    ],
    [
      "another buildspec",
      "apply-project",
      /its buildspec is not what the program writes/,
      ({ release }) => (release.project!.source!.buildspec += "# edited\n"),
    ],
    [
      "several builds at a time",
      "apply-project",
      /limit of concurrent builds is not set, expected 1/,
      ({ release }) => delete release.project!.concurrentBuildLimit,
    ],
    ["no entry of the build's role", "apply-access-entry", /has no entry/, ({ entries }) => entries.pop()],
    [
      "a build that is in another group too",
      "apply-access-entry",
      /a member of release-apply, system:masters, expected release-apply alone/,
      ({ entries }) => entries[1]!.kubernetesGroups!.push("system:masters"),
    ],
    [
      "an entry of a role that was made anew",
      "apply-access-entry",
      /it is dead/,
      ({ release }) => (release.applyRole!.CreateDate = new Date("2026-02-01T00:00:00Z")),
    ],
  ];
  for (const [what, name, says, change] of cases)
    it(`finds ${what}, and names nothing else`, async () => {
      const [found, ...others] = wrong(await examine(change));
      expect(others.map((other) => other.name)).to.deep.equal([]);
      expect(found).to.include({ name });
      expect(found?.says).to.match(says);
      expect(found?.mend).to.match(/^(pulumi up --refresh --stack|aws eks delete-access-entry) /);
    });

  it("cannot tell of the entry where there is no project, and says which permission GitHub wants", async () => {
    const without = await examine(({ release }) => delete release.project);
    const entry = without.find(({ name }) => name === "apply-access-entry");
    expect(entry?.says).to.match(/^cannot be told without the CodeBuild project/);
    const refused = await examine(({ denied }) => denied.push("GitHub"));
    const environment = refused.find(({ name }) => name === "release-environment");
    expect(environment).to.include({ verdict: "unknown" });
    expect(environment?.says).to.match(/^needs permission Actions: read/);
  });

  it("names the file where the workflow was edited", async () => {
    const results = await examine(({ github }) => (github.files[applyWorkflow] += "# edited\n"), {
      files: true,
    });
    expect(wrong(results).map(({ name, says }) => `${name}: ${says}`)).to.deep.equal([
      `${compiling}: ${applyWorkflow} is not what the program writes`,
    ]);
  });
});
