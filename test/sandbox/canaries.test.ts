import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { canary, leaksIn } from "./dryrun/canaries";
import {
  type DryRunWorld,
  type Files,
  overlay,
  overlayOf,
  type RunInput,
  type Started,
  startDryRunWorld,
} from "./dryrun/dryRunWorld";
import { watched } from "./dryrun/manifests";
import {
  plantedAnnotation,
  plantedDenied,
  plantedDeployment,
  plantedJob,
  plantedLabel,
  plantedSecret,
  plantedSettings,
} from "./dryrun/plantedManifests";
import { startWebhook, type Webhook } from "./dryrun/webhook";

/** What is everywhere: in the cluster and in the base as it was, in the head as the pull request wants it. */
const usual = (state: string) => [
  plantedSecret(state),
  plantedSettings(state),
  plantedAnnotation(state),
  plantedDeployment(state),
];
const base = overlayOf([...usual("old"), plantedJob("old"), plantedDenied("old")]);
const head = overlayOf(usual("new"));

describe("planted secret values, on a real API server, are in no output where", function () {
  this.timeout(240_000);
  let world: DryRunWorld;
  let webhook: Webhook;
  const directory = mkdtempSync(join(tmpdir(), "webhook-"));

  before(async () => {
    [world, webhook] = await Promise.all([startDryRunWorld(), startWebhook(directory)]);
    await world.apply([...usual("old"), plantedJob("old"), plantedDenied("old")].join("\n---\n"));
    const drifted = { data: { DB_PASSWORD: canary("drifted ConfigMap") } };
    await world.admin([
      "patch",
      "configmap",
      "settings",
      "--type=merge",
      `--patch=${JSON.stringify(drifted)}`,
    ]);
    await world.apply(webhook.manifests);
  });

  after(async () => {
    webhook.stop();
    await world.stop();
    rmSync(directory, { recursive: true });
  });

  /** Runs, ends it if asked to, and looks at all that it wrote. */
  async function expectNoLeak(
    input: Partial<RunInput>,
    exitCode: number,
    during: (started: Started) => Promise<void> = () => Promise.resolve(),
  ): Promise<string> {
    const folder = world.folder();
    const files = { GITHUB_STEP_SUMMARY: join(folder, "summary"), GITHUB_OUTPUT: join(folder, "output") };
    for (const file of Object.values(files)) writeFileSync(file, "");
    const environment = { GITHUB_ACTIONS: "true", ...files };
    const started = await world.start({ base, head, ...input, environment });
    await during(started);
    const run = await started.ended;
    const outputs = {
      "the log": run.log,
      "the report": JSON.stringify(run.report ?? null),
      "the summary": run.summary,
      "the job's summary": readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
      "the action's outputs": unpacked(readFileSync(files.GITHUB_OUTPUT, "utf8")),
      "what it left in its folder": readdirSync(join(started.folder, "temp")).join(),
    };
    expect(leaksIn(outputs)).to.deep.equal([]);
    expect(run.exitCode, run.log).to.equal(exitCode);
    expect(run.log).to.have.length.above(20);
    return run.log;
  }

  it("all of it is checked, and the differences are shown", async () => {
    const log = await expectNoLeak({}, 0);
    expect(log).to.include("+  mode: new").and.to.include("change: Deployment default/web");
  });

  it("all of it is checked as a server-side apply, and another manager owns a credential", async () => {
    const log = await expectNoLeak({ args: ["--server-side", "--field-manager", "deployer"] }, 2);
    expect(log).to.include("field-conflict");
  });

  it("the server repeats a value in its refusal", async () => {
    const log = await expectNoLeak({ head: overlayOf([...usual("new"), plantedLabel("new")]) }, 1);
    expect(log).to.match(/would-fail: ConfigMap default\/labelled\n.*\n.*Invalid value/);
  });

  it("the server repeats a whole Job that cannot be changed", async () => {
    const log = await expectNoLeak({ head: overlayOf([...usual("new"), plantedJob("new")]) }, 1);
    expect(log).to.match(/needs-replace: Job default\/migrate\n.*\n.*"Name":"API_TOKEN","Value":"\*\*\*"/);
  });

  for (const what of ["a changed object and what it was", "a new object"]) {
    it(`a webhook denies ${what} and repeats it`, async () => {
      if (what === "a new object") await world.admin(["delete", "configmap", "denied", "--ignore-not-found"]);
      const log = await expectNoLeak({ head: overlayOf([...usual("new"), plantedDenied("new")]) }, 1);
      expect(log).to.match(/would-fail: ConfigMap default\/denied\n.*\n.*denied the request/);
    });
  }

  it("the API server cannot be reached", async () => {
    const kubeconfig = join(world.folder(), "kubeconfig");
    const text = readFileSync(world.dryRunKubeconfig, "utf8");
    writeFileSync(kubeconfig, text.replaceAll(world.url, "https://127.0.0.1:1"));
    expect(await expectNoLeak({ kubeconfig }, 2)).to.include("ECONNREFUSED");
  });

  it("the cluster is unguarded, and where it goes on all the same", async () => {
    const kubeconfig = world.adminKubeconfig;
    expect(await expectNoLeak({ kubeconfig }, 2)).to.include("npm run guard -- install");
    const log = await expectNoLeak({ kubeconfig, args: ["--allow-unguarded"] }, 0);
    expect(log).to.include("Allowed without a proven guard");
  });

  const slow = overlayOf([...usual("new"), watched("slow", "slow", { password: canary("slow ConfigMap") })]);

  it("the run is ended from outside", async () => {
    const asked = webhook.askedSlowly();
    const log = await expectNoLeak({ head: slow }, 2, async (started) => {
      await asked;
      started.end("SIGTERM");
    });
    expect(log).to.include("ended from outside");
  });

  it("the run takes longer than it may", async () => {
    expect(await expectNoLeak({ head: slow, args: ["--timeout", "4"] }, 2)).to.include("time limit of 4 s");
  });

  it("the program itself breaks on what it is told", async () => {
    const file = join(world.folder(), "kubectl");
    const version = '{"clientVersion":{"gitVersion":"v1.35.2"}}';
    const script = `#!/bin/sh\n[ "$1" = version ] && echo '${version}' || echo '${canary("new stringData")}'\n`;
    writeFileSync(file, script);
    chmodSync(file, 0o755);
    const sha256 = createHash("sha256").update(script).digest("hex");
    const log = await expectNoLeak({ args: ["--kubectl", file, "--kubectl-sha256", sha256] }, 2);
    expect(log).to.include("SyntaxError");
  });

  it("its report cannot be written", async () => {
    expect(await expectNoLeak({ args: ["--report", world.folder()] }, 2)).to.include("EISDIR");
  });

  describe("kustomize breaks", () => {
    const kustomization = (text: string, more: Files = {}): Files =>
      overlayOf([plantedSecret("new")], { [`${overlay}/kustomization.yaml`]: text, ...more });
    const value = canary("render");
    const file = (name: string, text: string): Files => ({ [`${overlay}/${name}`]: text });
    const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: more}\n";
    const broken: Record<string, Files> = {
      "on a file that is not there": kustomization("resources: [object-0.yaml, nothing.yaml]\n"),
      "on a Secret that is no YAML": kustomization(
        "resources: [secret.yaml]\n",
        file("secret.yaml", `${secret}stringData:\n  password: ${value}\n   token: "${value}\n`),
      ),
      "on a Secret whose name is none": kustomization(
        "resources: [secret.yaml]\n",
        file("secret.yaml", `apiVersion: v1\nkind: Secret\nmetadata: ${value}\n`),
      ),
      "on a value that looks like an alias": kustomization(
        "resources: [secret.yaml]\n",
        file("secret.yaml", `${secret}stringData: {password: *${value}}\n`),
      ),
      "on a value of another type": kustomization(
        "resources: [secret.yaml]\n",
        file("secret.yaml", `${secret}stringData: {password: !!int ${value}}\n`),
      ),
      "on a resource that is plain text": kustomization(
        "resources: [secret.txt]\n",
        file("secret.txt", `${value}\n`),
      ),
      "on a literal without a key": kustomization(
        `secretGenerator: [{name: more, literals: ["${value}"]}]\n`,
      ),
      "on a misspelt field": kustomization(`secretGenerator: [{name: more, litterals: ["key=${value}"]}]\n`),
      "on literals that are no list": kustomization(
        `secretGenerator: [{name: more, literals: "key=${value}"}]\n`,
      ),
      "on a line of variables": kustomization("secretGenerator: [{name: more, envs: [variables]}]\n", {
        [`${overlay}/variables`]: Buffer.from(`GOOD=1\n\xff${value}=1\n`, "latin1"),
      }),
      "on a kustomization that is no YAML": kustomization(
        `secretGenerator:\n- name: more\n  literals:\n  - password=${value}\n   token: x\n: ${value}\n`,
      ),
      "on a patch of what is not there": kustomization(
        "resources: [object-0.yaml]\npatches: [{path: patch.yaml}]\n",
        file("patch.yaml", `${secret}stringData: {password: ${value}}\n`),
      ),
      "on a patch that is none": kustomization(
        `resources: [object-0.yaml]\npatches: [{patch: "${value}", target: {kind: Secret}}]\n`,
      ),
      "on a patch that does not apply": kustomization(
        "resources: [object-0.yaml]\npatches:\n- target: {kind: Secret}\n  patch: |-\n" +
          `    - {op: test, path: /stringData/password, value: ${value}}\n` +
          `    - {op: replace, path: /stringData/${value}/a/b, value: ${value}}\n`,
      ),
      "on a replacement by a part of a value": kustomization(
        "resources: [object-0.yaml]\nreplacements:\n- source:\n    kind: Secret\n    fieldPath: stringData.password\n" +
          "    options: {delimiter: /, index: 4}\n" +
          "  targets: [{select: {kind: Secret}, fieldPaths: [data.more], options: {create: true}}]\n",
      ),
      "on a replacement by what is below a value": kustomization(
        "resources: [object-0.yaml]\nreplacements:\n- source: {kind: Secret, fieldPath: stringData.password.below}\n" +
          "  targets: [{select: {kind: Secret}, fieldPaths: [data.more]}]\n",
      ),
      "on an object that is there twice": kustomization("resources: [object-0.yaml, again.yaml]\n", {
        ...file("again.yaml", plantedSecret("new")),
      }),
    };
    for (const [where, files] of Object.entries(broken)) {
      it(`${where}, in the head`, async () => {
        expect(await expectNoLeak({ head: files }, 2)).to.match(/::error::.*(?:does not render|is no YAML)/);
      });
      it(`${where}, in the base`, async () => {
        const log = await expectNoLeak({ base: files }, 0);
        expect(log).to.match(/::warning::.*The base could not be rendered/);
      });
    }
  });
});

/** The report in the action's outputs as the next jobs read it. */
function unpacked(outputs: string): string {
  const [, report] = /^report=(\S+)$/m.exec(outputs) ?? [];
  return report ? gunzipSync(Buffer.from(report, "base64")).toString() : outputs;
}
