import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  configMap,
  type DryRunWorld,
  type Files,
  overlay,
  overlayOf,
  startDryRunWorld,
} from "./dryrun/dryRunWorld";
import {
  deployment,
  gadget,
  gadgetDefinition,
  job,
  lease,
  namespace,
  role,
  secret,
  watched,
} from "./dryrun/manifests";
import { startWebhook, type Webhook } from "./dryrun/webhook";

const web = deployment("web", "example.org/web:1");
const settings = configMap("settings", { mode: "old" });
const canary = "canary-9f8e7d6c5b4a";

interface Case {
  title: string;
  base: Files;
  head: Files;
  args?: string[];
  exitCode: number;
  state: string;
  verdicts: Record<string, string>;
}

const cases: Case[] = [
  {
    title: "changes nothing",
    base: overlayOf([web, settings]),
    head: overlayOf([web, settings]),
    exitCode: 0,
    state: "no change",
    verdicts: { "Deployment web": "~unchanged", "ConfigMap settings": "~unchanged" },
  },
  {
    title: "changes one object and adds another",
    base: overlayOf([web, settings]),
    head: overlayOf([deployment("web", "example.org/web:2"), settings, configMap("new", { a: "b" })]),
    exitCode: 0,
    state: "changes",
    verdicts: { "Deployment web": "change", "ConfigMap settings": "~unchanged", "ConfigMap new": "create" },
  },
  {
    title: "names an unknown kind, which hides no other object",
    base: overlayOf([settings]),
    head: overlayOf([gadget("one"), configMap("settings", { mode: "new" })]),
    exitCode: 1,
    state: "would fail",
    verdicts: { "Gadget one": "would-fail", "ConfigMap settings": "change" },
  },
  {
    title: "removes a file",
    base: overlayOf([web, settings]),
    head: overlayOf([web]),
    exitCode: 0,
    state: "changes",
    verdicts: { "Deployment web": "~unchanged", "ConfigMap settings": "removed-from-git" },
  },
  {
    title: "renames an object",
    base: overlayOf([settings]),
    head: overlayOf([configMap("settings-two", { mode: "old" })]),
    exitCode: 0,
    state: "changes",
    verdicts: { "ConfigMap settings-two": "create", "ConfigMap settings": "removed-from-git" },
  },
  {
    title: "has names that would lead to other objects",
    base: overlayOf([settings]),
    head: overlayOf([
      settings,
      configMap("..", { a: "b" }),
      configMap("inside", { a: "b" }, ".."),
      secret("smuggled", { password: canary }).replace('"v1"', '"../api/v1"'),
      configMap("queried", { a: "b" }).replace('"v1"', '"v1?a="'),
    ]),
    exitCode: 1,
    state: "would fail",
    verdicts: {
      "ConfigMap settings": "~unchanged",
      "ConfigMap ..": "would-fail",
      "ConfigMap inside": "would-fail",
      "Secret smuggled": "would-fail",
      "ConfigMap queried": "would-fail",
    },
  },
  {
    title: "changes immutable fields, and is invalid elsewhere",
    base: overlayOf([web, job("migrate", "example.org/migrate:1")]),
    head: overlayOf([
      deployment("web", "example.org/web:1", { app: "other" }),
      job("migrate", "example.org/migrate:2"),
      deployment("worker", "example.org/worker:1", { replicas: -1 }),
      web.replace('"name":"web"', '"name":"typo"').replace('"replicas":2', '"replica":2'),
    ]),
    exitCode: 1,
    state: "would fail",
    verdicts: {
      "Deployment web": "needs-replace",
      "Job migrate": "needs-replace",
      "Deployment worker": "would-fail",
      "Deployment typo": "would-fail",
    },
  },
  {
    title: "hits a denying webhook",
    base: overlayOf([settings]),
    head: overlayOf([settings, watched("denied", "denies"), watched("held", "denies", { a: "2" })]),
    exitCode: 1,
    state: "would fail",
    verdicts: {
      "ConfigMap settings": "~unchanged",
      "ConfigMap denied": "would-fail",
      "ConfigMap held": "would-fail",
    },
  },
  {
    title: "hits a webhook that does not answer",
    base: overlayOf([settings]),
    head: overlayOf([settings, watched("unheard", "silent")]),
    exitCode: 2,
    state: "could not check",
    verdicts: {
      "ConfigMap settings": "~unchanged",
      "ConfigMap unheard": "not-checked: webhook-failed",
    },
  },
  {
    title: "conflicts on a field of another manager",
    base: overlayOf([configMap("contested", { owner: "other" })]),
    head: overlayOf([configMap("contested", { owner: "mine" }), configMap("free", { a: "b" })]),
    args: ["--server-side", "--field-manager", "deployer"],
    exitCode: 2,
    state: "could not check",
    verdicts: { "ConfigMap contested": "not-checked: field-conflict", "ConfigMap free": "create" },
  },
  {
    title: "adds a namespace with objects in it",
    base: overlayOf([settings]),
    head: overlayOf([settings, namespace("fresh"), configMap("inside", { a: "b" }, "fresh")]),
    exitCode: 0,
    state: "not fully checked",
    verdicts: {
      "ConfigMap settings": "~unchanged",
      "Namespace fresh": "create",
      "ConfigMap inside": "not-checked: new-namespace",
    },
  },
  {
    title: "puts an object into a namespace that nobody makes",
    base: overlayOf([settings]),
    head: overlayOf([settings, configMap("lost", { a: "b" }, "nowhere")]),
    exitCode: 1,
    state: "would fail",
    verdicts: { "ConfigMap settings": "~unchanged", "ConfigMap lost": "would-fail" },
  },
  {
    title: "adds a definition with objects of it",
    base: overlayOf([settings]),
    head: overlayOf([settings, gadgetDefinition, gadget("one")]),
    exitCode: 0,
    state: "not fully checked",
    verdicts: {
      "ConfigMap settings": "~unchanged",
      "CustomResourceDefinition gadgets.example.com": "create",
      "Gadget one": "not-checked: new-kind",
    },
  },
  {
    title: "leaves alone what drifted and was broken before",
    base: overlayOf([configMap("drifted", { a: "git" }), gadget("unknown"), settings]),
    head: overlayOf([
      configMap("drifted", { a: "git" }),
      gadget("unknown"),
      configMap("settings", { mode: "new" }),
    ]),
    exitCode: 0,
    state: "changes",
    verdicts: {
      "ConfigMap drifted": "~change",
      "Gadget unknown": "~would-fail",
      "ConfigMap settings": "change",
    },
  },
  {
    title: "touches Secrets, RBAC objects and a kind that the identity has no rights on",
    base: overlayOf([secret("token", { old: canary })]),
    head: overlayOf([secret("token", { password: canary }), role("reader"), lease("leader")]),
    exitCode: 2,
    state: "could not check",
    verdicts: {
      "Secret token": "not-checked: secret",
      "Role reader": "not-checked: rbac-object",
      "Lease leader": "not-checked: no-rights",
    },
  },
];

describe("the dry run on a real API server", function () {
  this.timeout(300_000);
  let world: DryRunWorld;
  let webhook: Webhook;
  const directory = mkdtempSync(join(tmpdir(), "webhook-"));

  before(async () => {
    [world, webhook] = await Promise.all([startDryRunWorld(), startWebhook(directory)]);
    await world.apply(
      [
        web,
        settings,
        job("migrate", "example.org/migrate:1"),
        configMap("drifted", { a: "git" }),
        watched("held", "denies"),
      ].join("\n---\n"),
    );
    await world.admin(["patch", "configmap", "drifted", "--type=merge", '--patch={"data":{"a":"by hand"}}']);
    await world.apply(configMap("contested", { owner: "other" }), "--server-side", "--field-manager=other");
    await world.apply(webhook.manifests);
  });

  after(async () => {
    webhook.stop();
    await world.stop();
    rmSync(directory, { recursive: true });
  });

  for (const minor of [34, 35] as const) {
    describe(`with kubectl 1.${String(minor)}, where a pull request`, () => {
      for (const { title, exitCode, state, verdicts, ...input } of cases) {
        it(title, async () => {
          const run = await world.run({ ...input, minor });
          expect(run.verdicts, run.log).to.deep.equal(verdicts);
          expect(run.report?.state, run.log).to.equal(state);
          expect(run.exitCode, run.log).to.equal(exitCode);
          expect(run.report?.kubectl?.version).to.match(new RegExp(`^v1\\.${String(minor)}\\.`));
          expect(run.log + run.summary + JSON.stringify(run.report)).not.to.include(canary);
        });
      }
    });
  }

  it("shows the difference alone: no noise of the server or of kubectl", async () => {
    const head = overlayOf([deployment("web", "example.org/web:2"), settings]);
    const { report } = await world.run({ base: overlayOf([web, settings]), head });
    const diff = report?.objects.find(({ name }) => name === "web")?.diff ?? "";
    expect(diff.split("\n").filter((line) => /^[-+]/.test(line))).to.deep.equal([
      "-          image: example.org/web:1",
      "+          image: example.org/web:2",
    ]);
    expect(diff).not.to.match(/managedFields|generation|last-applied|resourceVersion/);
  });

  it("says which keys of a Secret come and go", async () => {
    const { report } = await world.run({
      base: overlayOf([secret("token", { old: canary, same: "1" })]),
      head: overlayOf([secret("token", { password: canary, same: "1" })]),
    });
    expect(report?.objects[0]).to.include({ verdict: "not-checked", reason: "secret" });
    expect(report?.objects[0]?.keysAdded).to.deep.equal(["password"]);
    expect(report?.objects[0]?.keysRemoved).to.deep.equal(["old"]);
  });

  describe("could not check, and says why, where", () => {
    const files = overlayOf([settings]);
    const broken: [title: string, head: Files, problem: RegExp][] = [
      [
        "kustomize breaks",
        { [`${overlay}/kustomization.yaml`]: "resources: [nothing.yaml]\n" },
        /does not render/,
      ],
      [
        "the overlay is empty",
        { [`${overlay}/kustomization.yaml`]: "resources: []\n" },
        /renders to nothing|does not render/,
      ],
      [
        "an object is a list in disguise",
        overlayOf([
          configMap("list", { a: "b" }).replace("{", `{"items":[${secret("token", { password: canary })}],`),
        ]),
        /has an object of kind ConfigMap with items/,
      ],
      [
        "the overlay leads to the base, and would not differ from it",
        { [`${overlay}/kustomization.yaml`]: `resources: [../../../base/${overlay}]\n` },
        /lies outside of the repository/,
      ],
      [
        "kustomize would fetch a file",
        {
          [`${overlay}/kustomization.yaml`]:
            "configMapGenerator: [{name: a, files: ['x=http://127.0.0.1:1/creds']}]\n",
        },
        /would fetch from another host: http:\/\/127\.0\.0\.1:1\/\.\.\. \(in /,
      ],
    ];
    for (const [title, head, problem] of broken) {
      it(title, async () => {
        const { exitCode, report, log } = await world.run({ base: files, head });
        expect(exitCode, log).to.equal(2);
        expect(report?.state).to.equal("could not check");
        expect(report?.problem).to.match(problem);
      });
    }

    it("the identity may write: it stops, and goes on only where that is allowed, saying so on top", async () => {
      const input = { base: files, head: files, kubeconfig: world.adminKubeconfig };
      const stopped = await world.run(input);
      expect(stopped.exitCode).to.equal(2);
      expect(stopped.report).to.include({ guard: "unguarded", state: "could not check" });
      expect(stopped.report?.objects).to.deep.equal([]);
      const allowed = await world.run({ ...input, args: ["--allow-unguarded"] });
      expect(allowed.exitCode, allowed.log).to.equal(0);
      expect(allowed.log.split("\n")[0]).to.match(
        /^::warning::ja-production: Allowed without a proven guard/,
      );
      expect(allowed.report?.identityProblems).to.include("It may get secrets in every namespace.");
      expect(await world.admin(["get", "namespace", "default", "--output=name"])).to.equal(
        "namespace/default",
      );
    });
  });

  it("checks all the same where the version label is stale, and says what the cluster runs", async () => {
    const files = overlayOf([settings]);
    const { exitCode, report } = await world.run({
      base: files,
      head: files,
      args: ["--eks-version-label", "1_33"],
    });
    expect(exitCode).to.equal(0);
    expect(report?.server).to.include({ label: "1_33", labelIsStale: true });
    expect(report?.kubectl?.version).to.match(/^v1\.35\./);
  });

  it("counts everything as touched where the base is broken, and says that nobody knows what is removed", async () => {
    const base = { [`${overlay}/kustomization.yaml`]: "resources: [nothing.yaml]\n" };
    const { exitCode, report, verdicts } = await world.run({ base, head: overlayOf([settings]) });
    expect(exitCode).to.equal(0);
    expect(verdicts).to.deep.equal({ "ConfigMap settings": "unchanged" });
    expect(report?.baseProblem).to.include("does not render");
  });

  it("names the files that no path filter covers", async () => {
    const kustomization = "resources: [object-0.yaml, ../shared]\n";
    const head = overlayOf([settings], {
      [`${overlay}/kustomization.yaml`]: kustomization,
      "k8s/shared/kustomization.yaml": "configMapGenerator: [{name: more, files: [key=more.txt]}]\n",
      "k8s/shared/more.txt": "text",
    });
    const { report } = await world.run({ base: head, head, args: ["--paths", `${overlay}/**`] });
    expect(report?.uncoveredFiles).to.deep.equal(["k8s/shared/kustomization.yaml", "k8s/shared/more.txt"]);
  });
});
