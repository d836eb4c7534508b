import { expect } from "chai";
import { afterEach, describe, it } from "mocha";
import { startClock } from "../../../../sandbox/github/clock";
import { repositoryPath } from "../world";
import { QuickExecutor } from "./quickExecutor";
import { eventually, startActionsWorld, type ActionsWorld } from "./world";

describe("the sandbox's GitHub: which jobs run", function () {
  this.timeout(300_000);
  let world: ActionsWorld;
  let executor: QuickExecutor;

  const start = async (jobs: string, head = "", speed = 1) => {
    executor = new QuickExecutor();
    const workflow = `name: Test\non: [pull_request, merge_group]\n${head}\njobs:\n${jobs}`;
    world = await startActionsWorld(workflow, { executor, clock: startClock(speed) });
  };
  const change = (branch: string) => world.commit(branch, { [`docs/${branch}.md`]: `${Math.random()}` });
  const conclusions = async (sha: string) => {
    const { run, jobs } = await world.ended(sha);
    return [run.conclusion, Object.fromEntries(Object.values(jobs).map((job) => [job.name, job.conclusion]))];
  };
  const held = (name: string) => eventually(() => executor.running.get(name));
  const post = (run: number, verb: string) =>
    world.ask("POST", `${repositoryPath}/actions/runs/${run}/${verb}`, { body: {} });

  afterEach(() => world.end());

  const job = (key: string, more = "") =>
    `  ${key}:\n    runs-on: ubuntu-24.04\n${more}    steps: [{ run: "true" }]\n`;

  // https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds
  it("skips what needs a failed or skipped job, and runs what always runs", async () => {
    await start(
      job("fails") +
        job("after", "    needs: fails\n") +
        job("afterSkipped", "    needs: after\n") +
        job("onFailure", "    needs: afterSkipped\n    if: failure()\n") +
        job("gate", "    needs: [fails, after]\n    if: always()\n") +
        job("never", "    if: github.event_name == 'push'\n"),
    );
    executor.outcomes.fails = { conclusion: "failure" };
    const sha = await change("one");
    await world.open("one");
    expect(await conclusions(sha)).to.deep.equal([
      "failure",
      {
        fails: "failure",
        after: "skipped",
        afterSkipped: "skipped",
        onFailure: "success",
        gate: "success",
        never: "skipped",
      },
    ]);
    const gate = executor.messages.find(({ key }) => key === "gate");
    expect(gate?.needs).to.deep.equal({
      fails: { result: "failure", outputs: {} },
      after: { result: "skipped", outputs: {} },
    });
  });

  it("decides by outputs, makes a job of each combination, and stops the others when one fails", async () => {
    await start(
      job("changes") +
        job(
          "ja",
          "    needs: changes\n    if: ${{ needs.changes.outputs.ja == 'true' }}\n    strategy: { matrix: { label: ['1_28', b] } }\n",
        ) +
        job(
          "kr",
          "    needs: changes\n    if: ${{ needs.changes.outputs.kr == 'true' }}\n    strategy: { matrix: { label: [a] } }\n",
        ),
    );
    executor.outcomes.changes = { outputs: { ja: "true", kr: "false" } };
    executor.held.add("ja");
    const sha = await change("one");
    await world.open("one");
    (await held("ja (1_28)")).end({ conclusion: "failure" });
    expect(await conclusions(sha)).to.deep.equal([
      "failure",
      { changes: "success", "ja (1_28)": "failure", "ja (b)": "cancelled", kr: "skipped" },
    ]);
  });

  // https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency
  it("cancels the run that a push supersedes, whose always-jobs still run, before the new one starts", async () => {
    await start(
      job("work") +
        job("gate", "    needs: work\n    if: always()\n") +
        job("notCancelled", "    needs: work\n    if: ${{ !cancelled() }}\n"),
      "concurrency: { group: 'x-${{ github.event.pull_request.number }}', cancel-in-progress: true }",
    );
    executor.held.add("work").add("gate");
    const first = await change("one");
    await world.open("one");
    await held("work");
    const second = await change("one");
    const gate = await held("gate");
    expect((await eventually(async () => (await world.runs(second))[0])).status).to.equal("pending");
    executor.held.clear();
    gate.end();
    expect(await conclusions(first)).to.deep.equal([
      "cancelled",
      { work: "cancelled", gate: "success", notCancelled: "skipped" },
    ]);
    expect((await conclusions(second))[0]).to.equal("success");
  });

  it("keeps one run of a group waiting, the newest", async () => {
    await start(job("work"), "concurrency: all");
    executor.held.add("work");
    const shas: string[] = [];
    for (const branch of ["one", "two", "three"]) {
      shas.push(await change(branch));
      await world.open(branch);
    }
    expect(await conclusions(shas[1]!)).to.deep.equal(["cancelled", {}]);
    executor.held.clear();
    (await held("work")).end();
    expect((await conclusions(shas[2]!))[0]).to.equal("success");
    expect((await conclusions(shas[0]!))[0]).to.equal("success");
  });

  it("cancels a run on request and runs it again as the next attempt, whole or what failed", async () => {
    await start(job("work") + job("gate", "    needs: work\n    if: always()\n"));
    executor.held.add("work");
    const sha = await change("one");
    await world.open("one");
    await held("work");
    const { id } = (await world.runs(sha))[0]!;
    expect((await post(id, "rerun")).status).to.equal(403);
    expect((await post(id, "cancel")).status).to.equal(202);
    expect((await conclusions(sha))[0]).to.equal("cancelled");
    expect((await post(id, "cancel")).status).to.equal(409);
    executor.held.clear();
    expect((await post(id, "rerun-failed-jobs")).status).to.equal(201);
    const { run, jobs } = await world.ended(sha);
    expect(run).to.include({ run_attempt: 2, conclusion: "success" });
    expect(Object.values(jobs).map((seen) => seen.run_attempt)).to.deep.equal([2, 2]);
    const before = await world.ask<{ jobs: { conclusion: string }[] }>(
      "GET",
      `${repositoryPath}/actions/runs/${id}/attempts/1/jobs`,
    );
    expect(before.json.jobs.map(({ conclusion }) => conclusion)).to.deep.equal(["cancelled", "success"]);
  });

  // https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes
  it("cancels a job whose time is over", async () => {
    await start(job("slow", "    timeout-minutes: 5\n"), "", 600);
    executor.held.add("slow");
    const sha = await change("one");
    await world.open("one");
    expect(await conclusions(sha)).to.deep.equal(["cancelled", { slow: "cancelled" }]);
  });

  it("gives a queued job to the runner that has its label, and none that nobody has for a day", async () => {
    const label = "    runs-on: ['codebuild-x-${{ github.run_id }}-${{ github.run_attempt }}']\n";
    await start(`  region:\n${label}    steps: [{ run: "true" }]\n`, "", 3600);
    const sha = await change("one");
    await world.open("one");
    const run = await eventually(async () => (await world.runs(sha))[0]);
    const request = (labels: string[], signal = new AbortController().signal) => ({
      registration: { level: "repository" as const, name: "example-org/kubernetes-manifests", groupId: 1 },
      labels,
      name: "build",
      environment: { AWS_REGION: "ap-northeast-1" },
      signal,
    });
    const gone = AbortSignal.timeout(300);
    expect(await world.service().runners.runJob(request(["codebuild-y"], gone))).to.equal(undefined);
    const outcome = await world.service().runners.runJob(request(["more", `codebuild-x-${run.id}-1`]));
    expect(outcome?.conclusion).to.equal("success");
    expect(executor.messages[0]?.runner).to.deep.include({
      hosted: false,
      environment: { AWS_REGION: "ap-northeast-1" },
    });
    const second = await change("two");
    await world.open("two");
    expect((await conclusions(second))[0]).to.equal("cancelled");
  });

  it("fails a run whose workflow file is none, and starts none for a conflict", async () => {
    await start(job("work"));
    const broken = await world.commit("broken", {
      ".github/workflows/test.yml": "on: pull_request\njobs: {}\n",
    });
    await world.open("broken");
    expect((await conclusions(broken))[0]).to.equal("startup_failure");
    const sha = await world.commit("conflict", { "README.md": "theirs" });
    await world.commit("main", { "README.md": "ours" });
    const pull = await world.open("conflict");
    expect(pull).to.include({ mergeable: false, merge_commit_sha: null });
    expect(await world.runs(sha)).to.deep.equal([]);
  });

  it("goes on after a restart: a queued job is queued, a running one is lost", async () => {
    await start(job("work") + `  region:\n    runs-on: own\n    steps: [{ run: "true" }]\n`);
    executor.held.add("work");
    const sha = await change("one");
    await world.open("one");
    await held("work");
    await world.restart();
    const { id } = (await world.runs(sha))[0]!;
    const seen = Object.fromEntries(
      (await world.jobs(id)).map(({ name, status, conclusion }) => [name, conclusion ?? status]),
    );
    expect(seen).to.deep.equal({ work: "failure", region: "queued" });
  });
});
