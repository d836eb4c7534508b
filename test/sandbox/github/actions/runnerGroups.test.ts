import { expect } from "chai";
import { describe, it } from "mocha";
import {
  defaultGroup,
  mayUse,
  refusalOf,
  type Asking,
} from "../../../../sandbox/github/actions/runnerGroups";
import type { Registration } from "../../../../sandbox/github/actions/runners";
import type { State } from "../../../../sandbox/github/store";

const repository = "example-org/kubernetes-manifests";
const workflow = `${repository}/.github/workflows/k8s-dryrun.yml`;
const own = {
  id: 7,
  name: "k8s-dryrun",
  visibility: "selected" as const,
  selected_repositories: [repository],
  restricted_to_workflows: true,
  selected_workflows: [`${workflow}@refs/heads/main`],
};
const state = {
  organizations: {
    "example-org": {
      appRegistersRunners: true,
      runnerGroups: [{ ...defaultGroup, visibility: "selected" }, own],
    },
  },
} as unknown as State;
const inGroup = (groupId: number): Registration => ({ level: "organization", name: "example-org", groupId });
const asking = (change: Partial<Asking> = {}): Asking => ({
  repository,
  workflowRef: `${workflow}@refs/heads/main`,
  group: "k8s-dryrun",
  ...change,
});

// https://docs.github.com/enterprise-cloud@latest/actions/how-tos/manage-runners/self-hosted-runners/manage-access
describe("the sandbox's GitHub: runners of a group", () => {
  it("take a job of the selected workflow on the selected branch, whether it names the group or not", () => {
    expect(mayUse(state, asking(), inGroup(7))).to.equal(true);
    expect(mayUse(state, asking({ group: undefined }), inGroup(7))).to.equal(true);
  });

  for (const [what, change] of [
    ["the same file of a pull request", { workflowRef: `${workflow}@refs/pull/1/merge` }],
    ["the same file of another branch", { workflowRef: `${workflow}@refs/heads/main2` }],
    [
      "another file of the branch",
      { workflowRef: `${repository}/.github/workflows/other.yml@refs/heads/main` },
    ],
    ["another repository", { repository: "example-org/other" }],
    ["another organisation's repository", { repository: "other-org/kubernetes-manifests" }],
    ["another group", { group: "Default" }],
  ] as const)
    it(`take no job of ${what}`, () => {
      expect(mayUse(state, asking(change), inGroup(7))).to.equal(false);
    });

  it("take none in a group that is closed to the repository, and each in one that is open to all", () => {
    const hostile = asking({ workflowRef: `${workflow}@refs/pull/1/merge`, group: undefined });
    expect(mayUse(state, hostile, inGroup(1))).to.equal(false);
    const open = {
      organizations: { "example-org": { appRegistersRunners: true, runnerGroups: [defaultGroup] } },
    };
    expect(mayUse(open as unknown as State, hostile, inGroup(1))).to.equal(true);
  });

  it("do not register where the app may not, or where there is no such group", () => {
    expect(refusalOf(state, inGroup(7))).to.equal(undefined);
    expect(refusalOf(state, inGroup(8))).to.match(/^404 /);
    expect(refusalOf(state, { ...inGroup(1), name: "other-org" })).to.match(/^403 /);
    expect(refusalOf(state, { ...inGroup(1), level: "enterprise" })).to.match(/^403 /);
    expect(refusalOf(state, { level: "repository", name: repository, groupId: 7 })).to.match(/^422 /);
  });
});
