import { expect } from "chai";
import { describe, it } from "mocha";
import { committedFiles } from "../../committed/files";
import { GitHub } from "../../operations/doctor/github";
import type { Subject } from "../../operations/doctor/subject";
import { branchLeftovers } from "../../operations/leftovers/branchLeftovers";
import { environmentLeftovers } from "../../operations/leftovers/environmentLeftovers";
import { fileLeftovers, fileType } from "../../operations/leftovers/fileLeftovers";
import { programPaths } from "../../operations/leftovers/programFiles";
import { rulesetLeftovers } from "../../operations/leftovers/rulesetLeftovers";
import type { StackState } from "../../operations/leftovers/stackState";
import { environments, hasRunner, homeEnvironment } from "../../stacks/environments";
import { committedEnvironments, committedSettings } from "../../stacks/committedPlan";
import { resolveStack } from "../../stacks/stack";
import { configs } from "../stacks/world";

const { settings } = resolveStack(homeEnvironment, environments, configs[homeEnvironment]!, {});
const { fullName, name } = settings.targetRepository;
const home = committedEnvironments(environments, new Set([homeEnvironment]));
const { path } = committedFiles(home, committedSettings(settings))[0]!;
const nothing: StackState = { resources: [], pending: [] };
const resource = (type: string, id: string, outputs = {}) => ({ urn: `urn:${type}`, type, id, outputs });

/** What GitHub has, by path; all else it does not have. */
function subject(answers: Record<string, unknown>, delivery: "commit" | "pullRequest" = "commit"): Subject {
  const answer = (url: unknown) => {
    const found = answers[String(url).slice("https://api".length)];
    return Promise.resolve(new Response(JSON.stringify(found ?? {}), { status: found ? 200 : 404 }));
  };
  return {
    environment: environments.filter(hasRunner).find((one) => one.name === homeEnvironment)!,
    settings: { ...settings, delivery },
    github: new GitHub("https://api", "token", answer),
  } as unknown as Subject;
}

describe("npm run leftovers, in the target repository", () => {
  const rulesets = {
    [`/repos/${fullName}/rulesets?per_page=100`]: [
      { id: 1, name: "protection of somebody else" },
      { id: 2, name: "eks-dryrun-runner: K8s Dryrun gate" },
      { id: 3, name: "eks-dryrun-runner: tags of releases" },
    ],
  };

  it("finds the rulesets that no state has, and no other", async () => {
    const found = await rulesetLeftovers(subject(rulesets), nothing);
    expect(found).to.deep.equal([
      {
        what: 'ruleset "eks-dryrun-runner: K8s Dryrun gate" of the target repository',
        command: `gh api -X DELETE repos/${fullName}/rulesets/2`,
      },
      {
        what: 'ruleset "eks-dryrun-runner: tags of releases" of the target repository',
        command: `gh api -X DELETE repos/${fullName}/rulesets/3`,
      },
    ]);
    const known = ["2", "3"].map((id) => resource("github:index/repositoryRuleset:RepositoryRuleset", id));
    expect(await rulesetLeftovers(subject(rulesets), { ...nothing, resources: known })).to.deep.equal([]);
  });

  it("names an environment that no state has, and deletes none: people may keep secrets in it", async () => {
    const reviewed = { type: "required_reviewers", prevent_self_review: true };
    const environment = { can_admins_bypass: false, protection_rules: [reviewed] };
    const path = (of: string) => `/repos/${fullName}/environments/${of}`;
    // Another one's, by its protection.
    const answers = {
      [path("kr-production")]: environment,
      [path("in-production")]: { ...environment, can_admins_bypass: true },
    };
    const found = await environmentLeftovers(subject(answers), nothing);
    expect(found.map(({ command }) => command)).to.deep.equal([":"]);
    expect(found[0]?.what).to.match(/^environment kr-production of the target repository/);
    const known = [
      resource("github:index/repositoryEnvironment:RepositoryEnvironment", `${name}:kr-production`),
    ];
    expect(await environmentLeftovers(subject(answers), { ...nothing, resources: known })).to.deep.equal([]);
  });

  it("knows the files of releases too, which may be left from when some were applied", () => {
    expect(programPaths(settings)).to.include.members([path, ".github/workflows/k8s-apply.yml"]);
  });

  const branch = "eks-dryrun-runner-1a2b3c4d";
  const branches = [
    resource("github:index/branch:Branch", `${name}:${branch}`, { branch, sourceBranch: "main" }),
  ];
  const committed = {
    [`/repos/${fullName}/contents/${path}?ref=${branch}`]: { sha: "new" },
    [`/repos/${fullName}/contents/${path}?ref=main`]: { sha: "old" },
  };
  const found = (answers: Record<string, unknown>, resources = branches) =>
    branchLeftovers(subject(answers, "pullRequest"), { ...nothing, resources });

  it("finds a branch with a commit that no state has, as long as no pull request shows it", async () => {
    expect(await found(committed)).to.deep.equal([
      {
        what: `branch ${branch} of the target repository, with a commit of ${path}`,
        command: `gh api -X DELETE repos/${fullName}/git/refs/heads/${branch}`,
      },
    ]);
    const file = resource(fileType, `${name}:${path}:${branch}`);
    expect(await found(committed, [...branches, file])).to.deep.equal([]);
    const [owner] = fullName.split("/");
    const open = { [`/repos/${fullName}/pulls?state=open&head=${owner!}%3A${branch}`]: [{}] };
    expect(await found({ ...committed, ...open })).to.deep.equal([]);
  });

  it("leaves a branch alone that has what its base has", async () => {
    const same = { [`/repos/${fullName}/contents/${path}?ref=${branch}`]: { sha: "old" } };
    expect(await found({ ...committed, ...same })).to.deep.equal([]);
  });

  it("takes over files that the program commits, and leaves to the program what others have merged", async () => {
    const answers = {
      [`/repos/${fullName}`]: { default_branch: "main" },
      [`/repos/${fullName}/contents/${path}?ref=main`]: { sha: "old" },
      [`/repos/${fullName}/commits?sha=main&path=${encodeURIComponent(path)}&per_page=1`]: [
        { commit: { message: `eks-dryrun-runner: ${path}` } },
      ],
    };
    const resources = [
      resource("pulumi:providers:github", "provider"),
      resource("eks-dryrun-runner:index:DryRunWorkflow", ""),
    ];
    const leftovers = await fileLeftovers(subject(answers), { ...nothing, resources });
    expect(leftovers.map(({ what }) => what)).to.deep.equal([`file ${path} in the target repository`]);
    expect(await fileLeftovers(subject(answers, "pullRequest"), { ...nothing, resources })).to.deep.equal([]);
  });
});
