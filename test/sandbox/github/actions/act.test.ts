import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { repositoryPath } from "../world";
import { eventually, startActionsWorld, type ActionsWorld, type JobSeen, type RunSeen } from "./world";

const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1";
const pathsFilter = "dorny/paths-filter@7b450fff21473bca461d4b92ce414b9d0420d706";

const workflow = `
name: Test
on: [pull_request, merge_group]
permissions: {}
jobs:
  changes:
    runs-on: ubuntu-24.04
    permissions: { contents: read, pull-requests: read }
    outputs:
      docs: \${{ steps.filter.outputs.docs }}
      code: \${{ steps.filter.outputs.code }}
    steps:
      - if: github.event_name == 'merge_group'
        uses: ${checkout}
      - id: filter
        uses: ${pathsFilter}
        with:
          filters: |
            docs: ["docs/**"]
            code: ["src/**"]
  checkout:
    needs: changes
    runs-on: ubuntu-24.04
    permissions: { contents: read }
    env:
      AWS_SEEN: \${{ toJSON(needs.changes.outputs) }}
    steps:
      - uses: ${checkout}
        with: { fetch-depth: 2, sparse-checkout: docs, persist-credentials: false }
      - uses: ${checkout}
        with: { ref: main, path: base, sparse-checkout: docs, persist-credentials: false }
      - run: |
          echo "head is $(git rev-parse HEAD), event's is $GITHUB_SHA"
          echo "parents: $(git rev-list --parents -n1 HEAD | wc -w)"
          echo "folders: $(ls)"
          echo "again: $(git fetch origin main 2>&1)"
          echo "# Checked out" >> "$GITHUB_STEP_SUMMARY"
      - run: env | grep -c ^AWS_ || true; echo "tool cache $RUNNER_TOOL_CACHE"; test "$HOME" != "${process.env.HOME}"
  broken:
    needs: changes
    if: needs.changes.outputs.code == 'true'
    runs-on: ubuntu-24.04
    steps:
      - run: exit 3
      - if: always()
        run: echo "still here"
  unknown:
    needs: changes
    if: needs.changes.outputs.code == 'true'
    runs-on: ubuntu-24.04
    permissions: { contents: read }
    steps:
      - run: echo "never said"
      - uses: actions/checkout@v4
  forbidden:
    runs-on: ubuntu-24.04
    steps:
      - uses: ${checkout}
  long:
    needs: changes
    if: needs.changes.outputs.code == 'true'
    runs-on: ubuntu-24.04
    steps:
      - run: echo started; sleep 300
      - run: echo "not reached"
      - if: always()
        run: echo "cleaned up"
  gate:
    if: always()
    needs: [changes, checkout, broken, unknown]
    runs-on: ubuntu-24.04
    steps:
      - env: { NEEDS: "\${{ toJSON(needs.*.result) }}" }
        run: echo $NEEDS
`;

describe("the sandbox's GitHub: steps that act runs", function () {
  this.timeout(240_000);
  let world: ActionsWorld;

  before(async () => {
    world = await startActionsWorld(workflow);
  });
  after(() => world.end());

  describe("a pull request that changes docs", () => {
    let run: RunSeen;
    let jobs: Record<string, JobSeen>;
    let merge: string | null;

    before(async () => {
      const sha = await world.commit("docs", { "docs/change.md": "change", "docs/other.md": "other" });
      merge = (await world.open("docs")).merge_commit_sha;
      ({ run, jobs } = await world.ended(sha));
    });

    const log = (name: string) => world.log(jobs[name]!);

    it("checks out the merge commit with its parents, sparsely, without its token left behind", async () => {
      const said = await log("checkout");
      expect(said).to.include(`head is ${merge}, event's is ${merge}`);
      expect(said).to.include("parents: 3");
      expect(said).to.match(/folders: README.md\n.*base\n.*docs/);
      expect(said).to.match(/again: .*could not read Username/);
    });

    it("asks the API for the changed files and tells the filters that match", async () => {
      expect(await log("changes")).to.include("Detected 2 changed files");
      expect(jobs.broken?.conclusion).to.equal("skipped");
    });

    it("gives a GitHub-hosted job no variable of this process", async () => {
      expect(await log("checkout")).to.match(/\b1\n.*tool cache .*tool_cache/);
    });

    it("answers a job without permission on the contents as if there were no repository", async () => {
      expect(jobs.forbidden?.conclusion).to.equal("failure");
      expect(await log("forbidden")).to.match(/not found/);
    });

    it("hands results of all kinds to a job that always runs", async () => {
      expect(jobs.gate?.conclusion).to.equal("success");
      const said = (await log("gate")).match(/"(success|skipped|failure|cancelled)"/g)?.sort();
      expect(said).to.deep.equal(['"skipped"', '"skipped"', '"success"', '"success"']);
      expect(run.conclusion).to.equal("failure");
    });

    it("shows the summaries on the run's page", async () => {
      const page = await world.ask("GET", `/example-org/kubernetes-manifests/actions/runs/${run.id}`, {
        token: "",
      });
      expect(page.text).to.include("# Checked out");
    });
  });

  describe("a pull request that changes code", () => {
    let jobs: Record<string, JobSeen>;

    before(async () => {
      const sha = await world.commit("code", { "src/program.ts": "program" });
      await world.open("code");
      const run = await eventually(async () => (await world.runs(sha))[0]);
      await eventually(async () => {
        const long = (await world.jobs(run.id)).find(({ name }) => name === "long");
        return long && (await world.log(long)).includes(" started\n") ? long : undefined;
      });
      await eventually(async () => {
        const seen = await world.jobs(run.id);
        const ended = seen.filter(
          ({ name, status }) => /^(broken|unknown)$/.test(name) && status === "completed",
        );
        return ended.length === 2 ? true : undefined;
      });
      await world.ask("POST", `${repositoryPath}/actions/runs/${run.id}/cancel`, { body: {} });
      ({ jobs } = await world.ended(sha));
    });

    it("ends a cancelled job after the steps that always run", async () => {
      expect(jobs.long?.conclusion).to.equal("cancelled");
      const said = await world.log(jobs.long!);
      expect(said).to.include(" cleaned up\n");
      expect(said).not.to.include(" not reached\n");
      expect(jobs.gate?.conclusion).to.equal("success");
    });

    it("fails a job with its step, after steps that always run", async () => {
      expect(jobs.broken?.conclusion).to.equal("failure");
      expect(await world.log(jobs.broken!)).to.include("still here");
    });

    it("fails a job that names an action by anything but a known commit, before its first step", async () => {
      expect(jobs.unknown?.conclusion).to.equal("failure");
      expect(await world.log(jobs.unknown!)).not.to.include("never said\n");
    });
  });

  it("plays a merge group: the group's commit, compared with git", async () => {
    await world.commit("queued", { "docs/queued.md": "queued" });
    const { number } = await world.open("queued");
    const { json: group } = await world.ask<{ head_sha: string }>(
      "POST",
      `${repositoryPath}/pulls/${number}/merge-queue`,
      { body: {} },
    );
    const { run, jobs } = await world.ended(group.head_sha);
    expect(run.event).to.equal("merge_group");
    expect(await world.log(jobs.changes!)).to.include("Detected 1 changed files");
    expect(await world.log(jobs.checkout!)).to.include(`head is ${group.head_sha}`);
    await eventually(async () => ((await world.pull(number)).state === "open" ? true : undefined));
  });
});
