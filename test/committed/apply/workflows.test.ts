import { expect } from "chai";
import { execa } from "execa";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { committedFiles } from "../../../committed/files";
import {
  applyCallerPath,
  applyComparePath,
  applyEnvironmentPath,
  workflowPath,
} from "../../../committed/paths";
import { applied, release } from "../appliedEnvironments";
import { parseWorkflow, type Step } from "../parsedWorkflow";
import { environments } from "../sampleEnvironments";

interface CallingJob {
  needs?: string[];
  if?: string;
  uses?: string;
  with?: Record<string, string>;
  permissions: Record<string, string>;
}

const files = new Map(committedFiles(applied, { release }).map(({ path, content }) => [path, content]));
const textOf = (path: string) => files.get(path) ?? "";
const caller = parse(textOf(applyCallerPath)) as {
  on: Record<string, unknown>;
  jobs: Record<string, CallingJob>;
};
const environment = parseWorkflow(textOf(applyEnvironmentPath)).jobs.apply;
const compare = parseWorkflow(textOf(applyComparePath));
const applyFolders = /k8s-apply|apply\.cjs|actions\/k8s_apply|actions\/k8s_release/;

describe("the workflows that apply a release", () => {
  it("are not there where nothing is applied, and then no other file is another", () => {
    const paths = (some: typeof applied, settings = {}) =>
      committedFiles(some, settings).map(({ path }) => path);
    expect(paths(environments).filter((path) => applyFolders.test(path))).to.deep.equal([]);
    expect(paths(environments, { release }).filter((path) => applyFolders.test(path))).to.deep.equal([]);
    for (const { path, content } of committedFiles(environments))
      expect(content, path).to.not.include("keep-for-release: ");
  });

  it("have the comments of pull requests keep what a release is compared with", () => {
    expect(textOf(workflowPath)).to.include('keep-for-release: "true"\n');
  });

  it("come after what they use, the one that a release starts last", () => {
    expect([...files.keys()].filter((path) => applyFolders.test(path))).to.deep.equal([
      ".github/actions/k8s_dryrun/apply.cjs",
      ".github/actions/k8s_release/action.yml",
      ".github/actions/k8s_release/main.cjs",
      ".github/actions/k8s_apply/action.yml",
      ".github/actions/k8s_apply/main.cjs",
      ".github/workflows/k8s-apply-compare.yml",
      ".github/workflows/k8s-apply-environment.yml",
      ".github/workflows/k8s-apply.yml",
    ]);
  });

  it("apply to one environment after the other, in the settings' order, after the comparison", () => {
    expect(Object.keys(caller.jobs)).to.deep.equal([
      "compare",
      "apply-kr-production",
      "apply-ja-production",
      "apply-in-production",
      "publish",
    ]);
    expect(caller.jobs["apply-kr-production"]?.needs).to.deep.equal(["compare"]);
    expect(caller.jobs["apply-ja-production"]?.needs).to.deep.equal(["compare", "apply-kr-production"]);
    expect(caller.jobs["apply-in-production"]?.if).to.equal(
      "${{ !cancelled() && needs.compare.result == 'success' && (github.event_name == 'release' && " +
        "needs.apply-ja-production.result == 'success' || inputs.environment == 'in-production') }}",
    );
  });

  it("are called as the default branch has them, whatever commit is released", () => {
    for (const { uses } of Object.values(caller.jobs).filter((job) => job.uses))
      expect(uses).to.match(/^example-org\/kubernetes-manifests\/\.github\/workflows\/[\w-]+\.yml@trunk$/);
  });

  it("take no role from the caller, which is the tag's: it names an environment, a commit and deletions", () => {
    expect(Object.keys(caller.jobs["apply-kr-production"]?.with ?? {})).to.deep.equal([
      "environment",
      "commit",
      "delete",
    ]);
    const role = environment?.steps.find(({ uses }) => uses?.startsWith("aws-actions/"))?.with ?? {};
    expect(role["role-to-assume"]).to.equal("${{ steps.of.outputs.role }}");
  });

  it("know what belongs to an environment, and of no other", async () => {
    const find = environment?.steps.find(({ id }) => id === "of");
    expect(find?.env).to.deep.equal({ ENVIRONMENT: "${{ inputs.environment }}" });
    const file = join(mkdtempSync(join(tmpdir(), "of-environment-")), "output");
    const found = async (name: string) => {
      writeFileSync(file, "");
      const env = { ENVIRONMENT: name, GITHUB_OUTPUT: file };
      const { exitCode, stdout } = await execa("bash", ["-e", "-c", find?.run ?? ""], { env, reject: false });
      return { exitCode, stdout, outputs: readFileSync(file, "utf8").trim().split("\n") };
    };
    expect((await found("kr-production")).outputs).to.deep.equal([
      "role=arn:aws:iam::111122223333:role/kubectl-to-trocco-kr-production-release",
      "region=ap-northeast-2",
      "project=kubectl-to-trocco-kr-production-apply",
    ]);
    for (const name of ["", "staging", "kr-production x", "*"]) {
      const { exitCode, stdout, outputs } = await found(name);
      expect(exitCode, name).to.equal(1);
      expect(stdout).to.equal("::error::Releases are not applied to this environment.");
      expect(outputs).to.deep.equal([""]);
    }
    rmSync(dirname(file), { recursive: true });
  });

  it("refuse what a job has started, and what a tag's own workflow asks for beside its own commit", async () => {
    const [step] = environment?.steps ?? [];
    const sha = "a".repeat(40);
    const byHand = {
      STARTED_BY: "one one",
      STARTED_AS: "workflow_dispatch refs/heads/trunk",
      STARTED_ON: sha,
    };
    const byRelease = { ...byHand, STARTED_AS: "release refs/tags/v1", COMMIT: sha };
    const run = async (env: Record<string, string>) => {
      const given = { COMMIT: "b".repeat(40), DELETE: "", ...env };
      const { stdout, exitCode } = await execa("bash", ["-e", "-c", step?.run ?? ""], {
        env: given,
        reject: false,
      });
      return exitCode === 0 ? "goes on" : stdout;
    };
    expect(Object.keys(step?.env ?? {})).to.have.members([...Object.keys(byRelease), "DELETE"]);
    for (const meant of [byHand, { ...byHand, DELETE: "ConfigMap a/b" }, byRelease])
      expect(await run(meant)).to.equal("goes on");
    for (const [refused, why] of [
      [
        { ...byHand, STARTED_BY: "github-actions[bot] github-actions[bot]" },
        /a job or an app has started it/,
      ],
      [{ ...byRelease, STARTED_BY: "one github-actions[bot]" }, /a job or an app has started it/],
      [{ ...byRelease, STARTED_BY: "release-app[bot] one" }, /a job or an app has started it/],
      [{ ...byRelease, COMMIT: "b".repeat(40) }, /not that of the release's tag/],
      [{ ...byRelease, DELETE: "ConfigMap a/b" }, /a release deletes nothing/],
      [{ ...byHand, STARTED_AS: "workflow_dispatch refs/tags/v1" }, /by hand on the default branch/],
      [{ ...byHand, STARTED_AS: "push refs/heads/trunk" }, /by hand on the default branch/],
    ] as const)
      expect(await run(refused))
        .to.match(/^::error::Not applied: /)
        .and.to.match(why);
  });

  it("come by hand too, where the environments before are skipped", () => {
    expect(environment?.if).to.equal("${{ !cancelled() }}");
  });

  it("run the job with the role in the protected environment, one at a time, and end none half-way", () => {
    expect(environment).to.deep.include({
      environment: "${{ inputs.environment }}",
      concurrency: { group: "apply-${{ inputs.environment }}", "cancel-in-progress": false },
      permissions: { contents: "read", "id-token": "write" },
      "runs-on": "ubuntu-24.04",
    });
  });

  it("give the role's token to no other job", () => {
    for (const [id, { permissions }] of Object.entries({ ...caller.jobs, ...compare.jobs }))
      expect(permissions["id-token"] ?? "none", id).to.equal(id.startsWith("apply-") ? "write" : "none");
  });

  it("hand on the rights that the called jobs need, and write only the release's text", () => {
    const ranks = ["none", "read", "write"];
    for (const [id, { permissions }] of Object.entries(compare.jobs))
      for (const [name, access] of Object.entries(permissions))
        expect(ranks.indexOf(caller.jobs.compare?.permissions[name] ?? "none"), `${id} ${name}`).to.be.least(
          ranks.indexOf(access),
        );
    expect(caller.jobs.publish?.permissions).to.deep.equal({ contents: "write" });
  });

  it("run actions of the default branch alone, none of the commit that is released", () => {
    const publish = caller.jobs.publish as unknown as { steps: Step[] };
    const jobs = [publish, ...Object.values(compare.jobs), ...(environment ? [environment] : [])];
    for (const { steps } of jobs) {
      for (const [index, { uses = "" }] of steps.entries()) {
        if (!uses.startsWith("./")) continue;
        const checkout = steps
          .slice(0, index)
          .findLast(({ with: inputs = {} }) =>
            uses.endsWith(((inputs["sparse-checkout"] as string | undefined) ?? "nothing").trim()),
          );
        expect(checkout?.with?.ref, uses).to.equal("refs/heads/trunk");
      }
    }
  });

  it("dry-run the release on the runners, against the release before", () => {
    const job = compare.jobs["dryrun-in-production"];
    expect(job?.["runs-on"]).to.deep.equal([
      "codebuild-kubectl-to-trocco-in-production-${{ github.run_id }}-${{ github.run_attempt }}",
    ]);
    expect(job?.steps[0]?.with?.ref).to.equal("${{ inputs.commit }}");
    expect(job?.steps.at(-1)?.with).to.deep.include({
      environment: "in-production",
      base: ".k8s-dryrun-base",
      "eks-version-label": "1_35",
    });
  });

  it("wait for runners no longer than pull requests do, and only the job that waits may end the run", () => {
    const { watch } = compare.jobs;
    const wait = watch?.steps.find(({ uses }) => uses?.endsWith("k8s_dryrun_watch"));
    expect(wait?.with).to.deep.include({
      environment: "${{ inputs.environment }}",
      "runner-start-minutes": 30,
    });
    expect(wait?.with?.environments).to.include('"job":"dryrun-in-production"');
    const writing = Object.entries(compare.jobs).filter(([, { permissions }]) =>
      Object.values(permissions).includes("write"),
    );
    expect(writing.map(([id]) => id)).to.deep.equal(["watch"]);
  });

  it("ask for runners of the runner group where there is one", () => {
    const runnerGroup = { name: "k8s-dryrun", repository: release.repository, branch: release.branch };
    const text = committedFiles(applied, { release, runnerGroup }).find(
      ({ path }) => path === applyComparePath,
    );
    expect(parseWorkflow(text?.content ?? "").jobs["dryrun-in-production"]?.["runs-on"]).to.have.property(
      "group",
      "k8s-dryrun",
    );
  });

  it("give no program a variable that holds more than one report", () => {
    for (const text of [textOf(applyCallerPath), textOf(applyComparePath)])
      for (const line of text.split("\n"))
        expect(line.match(/outputs\.report/g) ?? []).to.have.length.at.most(1);
  });

  it("give each action its inputs, all that are required and none that it does not know", () => {
    const steps = [
      ...(environment?.steps ?? []),
      ...Object.values(compare.jobs).flatMap((job) => job.steps),
      ...(caller.jobs.publish as unknown as { steps: Step[] }).steps,
    ].filter(({ uses }) => /actions\/k8s_(?:apply|release|dryrun_watch)$/.test(uses ?? ""));
    expect(steps).to.have.length(6);
    for (const { uses = "", with: given = {} } of steps) {
      const { inputs } = parse(textOf(`${uses.slice(2)}/action.yml`)) as {
        inputs: Record<string, { required: boolean }>;
      };
      expect(Object.keys(inputs), uses).to.include.members(Object.keys(given));
      const required = Object.keys(inputs).filter((name) => inputs[name]?.required);
      expect(Object.keys(given), uses).to.include.members(required);
    }
  });
});
