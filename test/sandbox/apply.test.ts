import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { AppliedObject } from "../../dryrun/apply/account";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { type ApplyWorld, startApplyWorld } from "./apply/applyWorld";
import { rolloutsOf, setStatus } from "./apply/rollouts";

const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const configMap = (name: string, data: Record<string, string>, of = "default") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: of },
  data,
});
const deployment = (name: string, image: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "default" },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image }] } },
  },
});
const definition = (plural: string, kind: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.example.org` },
  spec: {
    group: "example.org",
    names: { plural, singular: kind.toLowerCase(), kind },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});

const outcomes = (applied: AppliedObject[]) =>
  Object.fromEntries(applied.map(({ kind, name, outcome }) => [`${kind} ${name}`, outcome]));

describe("applying to a cluster", function () {
  this.timeout(240_000);
  let world: ApplyWorld;

  before(async () => {
    world = await startApplyWorld();
  });

  afterEach(() => {
    world.wire.decide(() => "arrives");
  });

  after(() => world.stop());

  it("creates what others need first: namespaces, definitions of kinds, then their objects", async () => {
    const manifests = [
      {
        apiVersion: "example.org/v1",
        kind: "Gadget",
        metadata: { name: "one", namespace: "fresh" },
        spec: {},
      },
      deployment("web", "web:1"),
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "login", namespace: "fresh" },
        stringData: { a: "b" },
      },
      definition("gadgets", "Gadget"),
      namespace("fresh"),
    ];
    const { applied, told } = await world.apply(manifests);
    expect(outcomes(applied)).to.deep.equal({
      "Gadget one": "created",
      "Deployment web": "created",
      "Secret login": "created",
      "CustomResourceDefinition gadgets.example.org": "created",
      "Namespace fresh": "created",
    });
    expect(told.map(({ kind }) => kind).slice(0, 3)).to.deep.equal([
      "Namespace",
      "CustomResourceDefinition",
      "Secret",
    ]);
    for (const manifest of manifests) expect(await world.live(manifest)).not.to.equal(undefined);
    expect(new Set(Object.values(outcomes((await world.apply(manifests)).applied)))).to.deep.equal(
      new Set(["unchanged"]),
    );
  });

  it("leaves what kubectl would leave: its own apply finds nothing to change, and takes fields away", async () => {
    const kubectl = await ensureKubectl(35);
    await world.apply([configMap("settings", { a: "1", b: "2" }), deployment("api", "api:1")]);
    const changed = [configMap("settings", { a: "3" }), deployment("api", "api:2")];
    const { applied } = await world.apply(changed);
    expect(outcomes(applied)).to.deep.equal({ "ConfigMap settings": "changed", "Deployment api": "changed" });
    expect((await world.live(changed[0]!))?.data).to.deep.equal({ a: "3" });
    const input = changed.map((manifest) => JSON.stringify(manifest)).join("\n---\n");
    const { stdout } = await execa(
      kubectl,
      ["apply", "--filename=-", `--kubeconfig=${world.adminKubeconfig}`],
      { input },
    );
    expect(
      stdout.split("\n").every((line) => line.endsWith(" unchanged")),
      stdout,
    ).to.equal(true);
  });

  it("applies as the field manager of a deployer that applies server-side", async () => {
    const mode = { kind: "server-side", fieldManager: "argocd-controller" } as const;
    const manifest = configMap("managed", { a: "1" });
    expect(outcomes((await world.apply([manifest], mode)).applied)).to.deep.equal({
      "ConfigMap managed": "created",
    });
    const managers = (await world.live(manifest))?.metadata as {
      managedFields: { manager: string; operation: string }[];
    };
    expect(managers.managedFields).to.have.length(1);
    expect(managers.managedFields[0]).to.include({ manager: "argocd-controller", operation: "Apply" });
    expect(outcomes((await world.apply([manifest], mode)).applied)).to.deep.equal({
      "ConfigMap managed": "unchanged",
    });
  });

  it("applies the others of a wave where one is refused, and nothing that comes after", async () => {
    const { applied } = await world.apply([
      configMap("good", { a: "1" }),
      configMap("bad", { a: 1 as unknown as string }),
      deployment("later", "later:1"),
    ]);
    expect(outcomes(applied)).to.deep.equal({
      "ConfigMap good": "created",
      "ConfigMap bad": "refused",
      "Deployment later": "not applied",
    });
    expect(applied[2]?.message).to.equal("1 before it could not be applied");
    expect(await world.live(deployment("later", "later:1"))).to.equal(undefined);
  });

  it("sends what the dry run found, and looks again where the cluster has something else by then", async () => {
    const [kept, changed, gone, made] = ["kept", "changed", "gone", "made"].map((name) =>
      configMap(name, { a: "1" }),
    ) as [object, object, object, object];
    await world.apply([kept, changed, gone]);
    const seen = await Promise.all([kept, changed, gone].map((one) => world.live(one)));
    const path = "/api/v1/namespaces/default/configmaps";
    await world.api.send({ method: "DELETE", path: `${path}/gone` });
    await world.api.send({ method: "POST", path, body: JSON.stringify(configMap("made", { a: "0" })) });
    let asked = 0;
    world.wire.decide((_count, _method, to) => {
      if (to.includes("/configmaps/kept")) asked += 1;
      return "arrives";
    });
    const wanted = [kept, configMap("changed", { a: "2" }), configMap("gone", { a: "2" }), made];
    const { applied } = await world.apply(wanted, undefined, [...seen, undefined]);
    expect(outcomes(applied)).to.deep.equal({
      "ConfigMap kept": "unchanged",
      "ConfigMap changed": "changed",
      "ConfigMap gone": "created",
      "ConfigMap made": "changed",
    });
    expect(asked).to.equal(0);
    for (const manifest of wanted)
      expect((await world.live(manifest))?.data).to.deep.equal((manifest as { data: object }).data);
  });

  it("asks what became of a request whose answer was lost, and says it", async () => {
    const manifests = Array.from({ length: 20 }, (_, at) => configMap(`lossy-${String(at)}`, { a: "1" }));
    world.wire.decide((count, method) =>
      method === "POST" && count % 2 === 0 ? "answer is lost" : "arrives",
    );
    expect(new Set(Object.values(outcomes((await world.apply(manifests)).applied)))).to.deep.equal(
      new Set(["created"]),
    );
    const changed = manifests.map((manifest) => ({ ...manifest, data: { a: "2" } }));
    world.wire.decide((count, method) =>
      method === "PATCH" && count % 3 === 0 ? "answer is lost" : "arrives",
    );
    expect(new Set(Object.values(outcomes((await world.apply(changed)).applied)))).to.deep.equal(
      new Set(["changed"]),
    );
  });

  it("asks what became of one that is refused only because it had arrived before its answer was lost", async () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "fixed", namespace: "default" },
      spec: { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] },
    };
    let posts = 0;
    world.wire.decide((_count, method) =>
      method === "POST" && (posts += 1) === 1 ? "answer is lost" : "arrives",
    );
    expect(outcomes((await world.apply([service])).applied)).to.deep.equal({ "Service fixed": "created" });
    expect(posts).to.equal(2);
  });

  it("asks what became of one that kubectl sent, where its answer was lost", async () => {
    await world.apply([configMap("by-kubectl", { a: "1", b: "2" })]);
    let patches = 0;
    world.wire.decide((_count, method) =>
      method === "PATCH" && (patches += 1) === 1 ? "answer is lost" : "arrives",
    );
    const wanted = configMap("by-kubectl", { a: "3" });
    expect(outcomes((await world.apply([wanted])).applied)).to.deep.equal({
      "ConfigMap by-kubectl": "changed",
    });
    expect((await world.live(wanted))?.data).to.deep.equal({ a: "3" });
  });

  it("calls refused what a webhook stands in the way of that does not answer, and goes on with its wave", async () => {
    const webhook = {
      name: "silent.example.org",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
      objectSelector: { matchLabels: { webhook: "silent" } },
      clientConfig: { url: "https://127.0.0.1:1/" },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] }],
    };
    await world.api.send({
      method: "POST",
      path: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
      body: JSON.stringify({
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: { name: "silent" },
        webhooks: [webhook],
      }),
    });
    await sleep(2_000); // until the API server has heard of it
    const stopped = configMap("stopped", { a: "1" });
    const labelled = { ...stopped, metadata: { ...stopped.metadata, labels: { webhook: "silent" } } };
    const { applied } = await world.apply([labelled, configMap("not-stopped", { a: "1" })]);
    expect(outcomes(applied)).to.deep.equal({
      "ConfigMap stopped": "refused",
      "ConfigMap not-stopped": "created",
    });
    expect(applied[0]?.message).to.include("failed calling webhook");
  });

  for (const after of [10, 40, 70, 100])
    it(`gives a true account where the connection is lost after ${String(after)} requests, and goes on from there`, async () => {
      const manifests = Array.from({ length: 100 }, (_, at) =>
        configMap(`broken-${String(after)}-${String(at)}`, { a: String(at) }),
      );
      world.wire.decide((count) =>
        count < after ? "arrives" : count === after ? "answer is lost" : "is lost",
      );
      const { applied, told } = await world.apply(manifests);
      expect(told).to.have.length(manifests.length);
      for (const [at, { outcome }] of applied.entries()) {
        const isThere = (await world.live(manifests[at]!)) !== undefined;
        if (outcome === "created") expect(isThere, `object ${String(at)}`).to.equal(true);
        if (outcome === "not applied") expect(isThere, `object ${String(at)}`).to.equal(false);
        expect(["created", "not applied", "not known"]).to.include(outcome);
      }
      expect(applied.filter(({ outcome }) => outcome === "not applied")).not.to.have.length(0);
      world.wire.decide(() => "arrives");
      await world.apply(manifests);
      for (const manifest of manifests)
        expect((await world.live(manifest))?.data).to.deep.equal(manifest.data);
    });

  it("waits for rollouts, and says of those that do not get ready what a person would look at first", async () => {
    const [good, bad] = [deployment("good-rollout", "web:1"), deployment("bad-rollout", "web:2")];
    await world.apply([good, bad]);
    const done = {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
    };
    const path = "/apis/apps/v1/namespaces/default/deployments";
    await setStatus(world, `${path}/bad-rollout`, { ...done, availableReplicas: 0 });
    const { uid } = (await world.live(bad))?.metadata as { uid: string };
    await crashingPod(world, "bad-rollout", uid);

    const soon = sleep(300).then(() => setStatus(world, `${path}/good-rollout`, done));
    const { notReady, lines } = await rolloutsOf(world, [good, bad], 2);
    await soon;
    expect(lines[0]).to.equal("2 of 2 workloads are not ready yet.");
    expect(lines.at(-1)).to.equal("1 of 2 workloads are not ready yet.");
    expect(notReady.map(({ target, message }) => [target.object.name, message])).to.deep.equal([
      ["bad-rollout", "0 of 1 replicas are available"],
    ]);
    expect(notReady[0]?.lines).to.include.members([
      "pod bad-rollout-1, container main: CrashLoopBackOff: back-off restarting, before that Error (exit code 3)",
      "Deployment bad-rollout: FailedCreate: quota is used up",
    ]);
  });
});

/** A pod as the kubelet would show it, and a warning about its workload. */
async function crashingPod(world: ApplyWorld, workload: string, uid: string): Promise<void> {
  const name = `${workload}-1`;
  const metadata = { name, namespace: "default", labels: { app: workload } };
  const containers = [{ name: "main", image: "web:2" }];
  await world.api.send({
    method: "POST",
    path: "/api/v1/namespaces/default/pods",
    body: JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata, spec: { containers } }),
  });
  const containerStatuses = [
    {
      name: "main",
      image: "web:2",
      imageID: "",
      ready: false,
      restartCount: 4,
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off restarting" } },
      lastState: { terminated: { exitCode: 3, reason: "Error" } },
    },
  ];
  await setStatus(world, `/api/v1/namespaces/default/pods/${name}`, { phase: "Running", containerStatuses });
  const involvedObject = { kind: "Deployment", name: workload, namespace: "default", uid };
  await world.api.send({
    method: "POST",
    path: "/api/v1/namespaces/default/events",
    body: JSON.stringify({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${workload}.1`, namespace: "default" },
      involvedObject,
      type: "Warning",
      reason: "FailedCreate",
      message: "quota is used up",
    }),
  });
}
