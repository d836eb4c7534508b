import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { parse } from "yaml";
import type { CommittedEnvironment } from "../../committed/environment";
import { workflowJobTimeoutMinutes } from "../../committed/dryRunJob";
import { dryRunWorkflow, workflowName } from "../../committed/workflow";
import { jobOf, parseWorkflow, stepOf } from "./parsedWorkflow";
import { deployed, environments, staging } from "./sampleEnvironments";

const text = dryRunWorkflow(environments);
const workflow = parseWorkflow(text);
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

/** What the workflow that was written by hand has, and what others rely on: it must not change. */
const contract = {
  name: "K8s Dryrun",
  filters: {
    staging: ["k8s/base/**", "k8s/staging/**"],
    production: ["k8s/base/**", "k8s/ja-production/**"],
    "in-production": ["k8s/base/**", "k8s/in-production/**"],
    "kr-production": ["k8s/base/**", "k8s/kr-production/**"],
  },
  jobs: {
    "dryrun-ja-production": { filter: "production", project: "kubectl-to-trocco-production" },
    "dryrun-in-production": { filter: "in-production", project: "kubectl-to-trocco-in-production" },
    "dryrun-kr-production": { filter: "kr-production", project: "kubectl-to-trocco-kr-production" },
  },
};

describe("the workflow", () => {
  describe("keeps the contract of the one written by hand", () => {
    it("in its name and its trigger", () => {
      expect(workflow.name).to.equal(contract.name).and.to.equal(workflowName);
      expect(workflow.on).to.have.property("pull_request");
    });

    it("in the id, the step and the outputs of the job changes", () => {
      const changes = jobOf(workflow, "changes");
      expect(changes.steps.map(({ id }) => id)).to.include("filter");
      expect(Object.keys(changes.outputs ?? {})).to.have.members([
        ...Object.keys(contract.filters),
        "workflow",
      ]);
    });

    it("in its filters, which have more paths at most", () => {
      const filters = filtersOf(text);
      expect(Object.keys(filters)).to.have.members([...Object.keys(contract.filters), "workflow"]);
      for (const [name, paths] of Object.entries(contract.filters)) {
        expect(filters[name]).to.include.members(paths);
      }
    });

    for (const [id, { filter, project }] of Object.entries(contract.jobs)) {
      it(`in the job ${id}`, () => {
        const job = jobOf(workflow, id);
        expect(job.needs).to.equal("changes");
        expect(job.if).to.equal(`\${{ needs.changes.outputs.${filter} == 'true' }}`);
        expect(job["runs-on"]).to.deep.equal([
          `codebuild-${project}-\${{ github.run_id }}-\${{ github.run_attempt }}`,
        ]);
        expect(job.strategy?.matrix).to.have.all.keys("eks_version_label");
        expect(stepOf(job, "Run k8s_dryrun action (${{matrix.eks_version_label}})").uses).to.equal(
          "./.github/actions/k8s_dryrun",
        );
      });
    }
  });

  it("pins each action of others by a full commit, with the version beside it", () => {
    const lines = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
    expect(lines).to.have.length(steps.filter(({ uses }) => uses).length);
    for (const line of lines) {
      if (line.includes("uses: ./")) continue;
      expect(line).to.match(/uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it("gives nobody a permission that is not needed", () => {
    expect(workflow.permissions).to.deep.equal({});
    const permissions = Object.entries(workflow.jobs).map(([id, job]) => [id, job.permissions]);
    expect(Object.fromEntries(permissions)).to.deep.equal({
      changes: { contents: "read", "pull-requests": "read" },
      "dryrun-ja-production": { contents: "read" },
      "dryrun-in-production": { contents: "read" },
      "dryrun-kr-production": { contents: "read" },
      watch: { contents: "read", actions: "write", "pull-requests": "write" },
      comment: { contents: "read", actions: "read", "pull-requests": "write" },
      gate: {},
    });
  });

  it("leaves no token behind in a checkout", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts).to.have.length(9);
    for (const checkout of checkouts) expect(checkout.with?.["persist-credentials"]).to.equal(false);
  });

  it("puts no expression into a script, where its value would be run", () => {
    for (const { run } of steps) expect(run ?? "").not.to.include("${{");
  });

  it("limits the time of every job", () => {
    for (const [id, job] of Object.entries(workflow.jobs)) {
      const longest = id === "watch" ? 359 : workflowJobTimeoutMinutes;
      expect(job["timeout-minutes"], id).to.be.within(1, longest);
    }
    expect(jobOf(workflow, "dryrun-ja-production")["timeout-minutes"]).to.equal(workflowJobTimeoutMinutes);
  });

  it("runs once for a pull request, the newest state of it, and never cancels a merge group", () => {
    // "edited": a pull request that gets another base was not checked against that.
    const types = ["opened", "synchronize", "reopened", "edited"];
    expect(workflow.on).to.deep.equal({ pull_request: { types }, merge_group: {} });
    expect(workflow.concurrency).to.deep.equal({
      group: "k8s-dryrun-${{ github.event.pull_request.number || github.ref }}",
      "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
    });
  });

  it("turns forks away before anything else, so that the gate is red and no runner is asked for", () => {
    const [first] = jobOf(workflow, "changes").steps;
    expect(first?.if).to.equal(
      "${{ github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository }}",
    );
    expect(first?.run).to.match(/exit 1\n$/);
    expect(text).to.include("# Tidiness, not a control:");
  });

  it("counts everything as changed where GitHub stops listing", () => {
    const outputs = Object.entries(jobOf(workflow, "changes").outputs ?? {});
    expect(outputs).to.have.length(5);
    for (const [filter, value] of outputs) {
      expect(value).to.equal(
        `\${{ steps.filter.outputs.${filter} == 'true' || github.event.pull_request.changed_files >= 3000 }}`,
      );
    }
  });

  it("hands the action what belongs to its region", () => {
    const action = jobOf(workflow, "dryrun-in-production").steps.at(-1);
    expect(action?.with).to.deep.equal({
      environment: "in-production",
      overlay: "k8s/in-production",
      base: ".k8s-dryrun-base",
      paths:
        "k8s/base/**\nk8s/in-production/**\n.github/workflows/k8s-dryrun.yml\n" +
        ".github/workflows/k8s-dryrun-call.yml\n.github/actions/k8s_dryrun/**\n" +
        ".github/actions/k8s_dryrun_watch/**\n.github/actions/k8s_dryrun_comment/**\n",
      "cluster-name": "trocco-in-production",
      region: "ap-south-1",
      "eks-version-label": "${{ matrix.eks_version_label }}",
    });
  });

  it("lets the gate and the comment need all other jobs, and run whatever becomes of them", () => {
    for (const id of ["gate", "comment"]) {
      const job = jobOf(workflow, id);
      expect(job.if).to.equal("${{ always() }}");
      const others = Object.keys(workflow.jobs).filter((other) => other !== "gate" && other !== "comment");
      expect(job.needs).to.have.members(others);
    }
    const gate = jobOf(workflow, "gate");
    expect(gate.steps).to.have.length(1);
    expect(gate.steps[0]?.uses).to.equal(undefined);
  });

  it("has a filter and no job for an environment without a runner", () => {
    const jobs = Object.keys(parseWorkflow(dryRunWorkflow([staging])).jobs);
    expect(jobs).to.deep.equal(["changes", "comment", "gate"]);
    expect(filtersOf(dryRunWorkflow([staging]))).to.have.all.keys("staging", "workflow");
  });

  it("gives no program a variable that holds more than one report: Linux takes none above 128 KiB", () => {
    for (const { env, with: inputs } of steps) {
      for (const value of Object.values({ ...env, ...inputs }).map(String)) {
        expect(value).not.to.match(/toJSON\(needs\)|toJSON\(needs\.dryrun/);
        expect(value.match(/outputs\.report/g) ?? []).to.have.length.at.most(1);
      }
    }
  });

  it("hands the comment each region's report, and tells it when the pull request changes the dry run itself", () => {
    const inputs = jobOf(workflow, "comment").steps.at(-1)?.with ?? {};
    expect(inputs["report-dryrun-kr-production"]).to.equal(
      "${{ needs.dryrun-kr-production.outputs.report }}",
    );
    expect(jobOf(workflow, "dryrun-kr-production").outputs).to.deep.equal({
      report: "${{ steps.dryrun.outputs.report }}",
    });
    expect(inputs["workflow-changed"]).to.equal("${{ needs.changes.outputs.workflow }}");
    expect(filtersOf(text).workflow).to.deep.equal([
      ".github/workflows/k8s-dryrun.yml",
      ".github/workflows/k8s-dryrun-call.yml",
      ".github/actions/k8s_dryrun/**",
      ".github/actions/k8s_dryrun_watch/**",
      ".github/actions/k8s_dryrun_comment/**",
    ]);
  });

  it("watches only where a runner is asked for, for as long as the settings say", () => {
    const watch = jobOf(parseWorkflow(dryRunWorkflow(environments, { runnerStartMinutes: 45 })), "watch");
    expect(watch.needs).to.equal("changes");
    expect(watch.if).to.equal(
      "${{ needs.changes.outputs.production == 'true' || needs.changes.outputs.in-production == 'true' || " +
        "needs.changes.outputs.kr-production == 'true' }}",
    );
    expect(watch.steps.at(-1)?.with?.["runner-start-minutes"]).to.equal(45);
  });

  it("quotes version labels: they are numbers to a parser of YAML 1.1", () => {
    expect(text.match(/- "1_35"$/gm)).to.have.length(3);
    const old = parseWorkflow(text, "1.1");
    expect(jobOf(old, "dryrun-ja-production").strategy?.matrix.eks_version_label).to.deep.equal(["1_35"]);
  });

  it("is the same text for the same environments, and the same data to every parser", () => {
    fc.assert(
      fc.property(someEnvironments, (some) => {
        const rendered = dryRunWorkflow(some);
        expect(dryRunWorkflow(structuredClone(some))).to.equal(rendered);
        expect(rendered).to.not.match(/[ \t]$/m);
        expect(parseWorkflow(rendered, "1.1")).to.deep.equal(parseWorkflow(rendered));
        expect(Object.keys(parseWorkflow(rendered).jobs)).to.deep.equal([
          "changes",
          ...some.flatMap(({ runner }) => runner?.jobName ?? []),
          ...(some.some(({ runner }) => runner) ? ["watch"] : []),
          "comment",
          "gate",
        ]);
        for (const [filter, paths] of Object.entries(filtersOf(rendered))) {
          expect(paths, filter).to.include.members(some.find((each) => each.filter === filter)?.paths ?? []);
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** Any environments whose names would trip a careless writer of YAML. */
const someEnvironments = fc
  .uniqueArray(fc.constantFrom("no", "on", "y", "null", "e1", "Infinity", "ja-production", "_0x1f"), {
    maxLength: 5,
  })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .record({ label: fc.constantFrom("1_28", "1_35", "10_00"), hasRunner: fc.boolean() })
          .map(({ label, hasRunner }): CommittedEnvironment => {
            const { runner, ...rest } = deployed(name, name, `${name}-`, "eu-north-1");
            return hasRunner && runner ? { ...rest, runner: { ...runner, eksVersionLabel: label } } : rest;
          }),
      ),
    ),
  );

function filtersOf(rendered: string): Record<string, string[]> {
  const step = stepOf(jobOf(parseWorkflow(rendered), "changes"), "Find what is touched");
  return (parse(step.with?.filters as string) ?? {}) as Record<string, string[]>;
}
