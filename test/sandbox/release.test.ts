import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { reportSchema } from "../../dryrun/report/schema";
import type { ObjectResult } from "../../dryrun/report/types";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { execa } from "execa";
import { type Applied, type ReleaseWorld, startReleaseWorld } from "./apply/releaseWorld";

const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const configMap = (name: string, data: Record<string, unknown>, of = "default") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: of },
  data,
});
const secret = (name: string, stringData: Record<string, unknown>) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace: "default" },
  stringData,
});
const deployment = (name: string, image: string, of = "default") => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: of },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image }] } },
  },
});
const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.org" },
  spec: {
    group: "example.org",
    names: { plural: "widgets", singular: "widget", kind: "Widget" },
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
};
const widget = {
  apiVersion: "example.org/v1",
  kind: "Widget",
  metadata: { name: "one", namespace: "fresh" },
  spec: {},
};
const configMapPath = (name: string) => `/api/v1/namespaces/default/configmaps/${name}`;

describe("applying a release", function () {
  this.timeout(240_000);
  let world: ReleaseWorld;

  before(async () => {
    world = await startReleaseWorld({ fails: (workload) => JSON.stringify(workload).includes("broken:") });
  });

  afterEach(() => {
    world.wire.decide(() => "arrives");
  });

  after(() => world.stop());

  /** All that anybody sees of an apply. */
  const seen = ({ lines, summary, report }: Applied) =>
    [...lines, summary, JSON.stringify(report)].join("\n");

  it("dry-runs everything, applies it in order, waits, and finds nothing to do the next time", async () => {
    const manifests = [
      widget,
      deployment("web", "web:1", "fresh"),
      secret("login", { password: "correct-horse-battery" }),
      definition,
      namespace("fresh"),
    ];
    const repository = await world.repository(manifests);
    const first = await world.apply({ repository });
    expect(first.exitCode, first.lines.join("\n")).to.equal(0);
    expect(first.report?.applied).to.deep.equal({ state: "applied" });
    expect(first.outcomes).to.deep.equal({
      "Widget one": "created",
      "Deployment web": "created",
      "Secret login": "created",
      "CustomResourceDefinition widgets.example.org": "created",
      "Namespace fresh": "created",
    });
    expect(reportSchema.safeParse(first.report).error).to.equal(undefined);
    expect({ ...first.reportInLog, objects: [] }).to.deep.equal({ ...first.report, objects: [] });
    expect(first.reportInLog?.objects).to.have.deep.members(first.report?.objects ?? []);
    expect(first.summary).to.match(/^## ✅ `ja-production`: applied\n/);
    expect(seen(first)).not.to.match(/correct-horse-battery|Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5/);
    const again = await world.apply({ repository });
    expect(again.exitCode, again.lines.join("\n")).to.equal(0);
    expect(new Set(Object.values(again.outcomes))).to.deep.equal(new Set(["unchanged"]));
    const kubectl = await ensureKubectl(35);
    const flags = [
      `--kubeconfig=${world.cluster.adminKubeconfig}`,
      `--kustomize=${repository}/k8s/ja-production`,
    ];
    const diff = await execa(kubectl, ["diff", ...flags], { reject: false });
    expect(diff.exitCode, diff.stdout + diff.stderr).to.equal(0);
  });

  it("applies a role together with who has it, of whom no dry run can tell before the role is there", async () => {
    const apiVersion = "rbac.authorization.k8s.io/v1";
    const metadata = { name: "reader", namespace: "default" };
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" };
    const binding = {
      apiVersion,
      kind: "RoleBinding",
      metadata,
      roleRef,
      subjects: [{ kind: "ServiceAccount", name: "a" }],
    };
    const repository = await world.repository([binding, { apiVersion, kind: "Role", metadata, rules }]);
    const { exitCode, outcomes, report, lines } = await world.apply({ repository });
    expect(exitCode, lines.join("\n")).to.equal(0);
    expect(outcomes).to.deep.equal({ "RoleBinding reader": "created", "Role reader": "created" });
    expect(report?.objects.find(({ kind }) => kind === "RoleBinding")).to.include({ reason: "rbac-object" });
    const alone = {
      ...binding,
      metadata: { ...metadata, name: "alone" },
      roleRef: { ...roleRef, name: "absent" },
    };
    const refused = await world.apply({ repository: await world.repository([alone]) });
    expect(refused.report?.state).to.equal("would fail");
  });

  it("writes nothing where one object would fail", async () => {
    const repository = await world.repository([
      namespace("never"),
      configMap("good", { a: "1" }),
      configMap("bad", { a: 1 }),
    ]);
    const { exitCode, report, outcomes, lines } = await world.apply({ repository });
    expect(exitCode).to.equal(1);
    expect(report?.state).to.equal("would fail");
    expect(report?.applied?.state).to.equal("nothing applied");
    expect(report?.applied?.stoppedBecause).to.match(/in the way of ConfigMap bad\. Nothing was written/);
    expect(new Set(Object.values(outcomes))).to.deep.equal(new Set(["not applied"]));
    expect(lines.join("\n")).to.match(/^not applied: ConfigMap default\/bad \(would-fail\): .*unmarshal/m);
    expect(await world.live(configMapPath("good"))).to.equal(undefined);
    expect(await world.live("/api/v1/namespaces/never")).to.equal(undefined);
  });

  it("writes nothing where it may not write a kind", async () => {
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "leader", namespace: "default" },
    };
    const repository = await world.repository([configMap("beside", { a: "1" }), lease]);
    const { exitCode, report } = await world.apply({ repository });
    expect(exitCode).to.equal(1);
    expect(report?.objects.find(({ kind }) => kind === "Lease")).to.include({ reason: "no-rights" });
    expect(await world.live(configMapPath("beside"))).to.equal(undefined);
  });

  it("writes nothing where it may not write a kind, also where pull requests are let pass then", async () => {
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "lenient", namespace: "default" },
    };
    const repository = await world.repository([configMap("lenient", { a: "1" }), lease]);
    const { exitCode, report } = await world.apply({ repository, args: ["--gate=no-rights=passes"] });
    expect(exitCode).to.equal(1);
    expect(report?.applied?.state).to.equal("nothing applied");
    expect(await world.live(configMapPath("lenient"))).to.equal(undefined);
  });

  it("does not call a workload ready that it cannot look at any more, and deletes nothing then", async () => {
    const repository = await world.repository([
      deployment("unseen", "web:1"),
      configMap("named", { a: "1" }),
    ]);
    expect((await world.apply({ repository })).exitCode).to.equal(0);
    await world.commit(repository, [deployment("unseen", "web:2")]);
    let isWritten = false;
    world.wire.decide((_count, method, path) => {
      if (isWritten && path.startsWith("/apis/apps/v1")) return "is lost";
      isWritten ||= method === "PATCH" && !path.includes("dryRun");
      return "arrives";
    });
    const { exitCode, report } = await world.apply({
      repository,
      args: ["--delete=ConfigMap default/named"],
    });
    expect(exitCode).to.equal(1);
    expect(report?.applied?.state).to.equal("partly applied");
    const [workload] = report?.objects.filter(({ kind }) => kind === "Deployment") ?? [];
    expect(workload).to.include({ outcome: "changed" });
    expect(workload?.notReady?.message).to.match(/^it cannot be looked at: /);
    expect(await world.live(configMapPath("named"))).not.to.equal(undefined);
  });

  it("says that it is not done where a kind that it defines is never served", async () => {
    const taken = (plural: string) => ({
      ...definition,
      metadata: { name: `${plural}.example.org` },
      spec: { ...definition.spec, names: { plural, singular: plural, kind: "Taken" } },
    });
    await world.admin(["apply", "--filename=-"], JSON.stringify(taken("firsts")));
    const { exitCode, report } = await world.apply({
      repository: await world.repository([taken("seconds")]),
    });
    expect(exitCode).to.equal(1);
    expect(report?.applied?.state).to.equal("not ready");
    expect(report?.applied?.stoppedBecause).to.match(/^seconds\.example\.org is not served: .*in use/);
  });

  it("works only as the identity of a release", async () => {
    const repository = await world.repository([configMap("identity", { a: "1" })]);
    const other = await world.cluster.kubeconfigFor({
      user: "both",
      groups: ["release-apply", "system:masters"],
    });
    for (const [kubeconfig, problem] of [
      [
        world.cluster.dryRunKubeconfig,
        /it is not in the group release-apply.*; it is in the group pr-dry-run/,
      ],
      [
        world.cluster.adminKubeconfig,
        /it is not in the group release-apply.*; it is in the group system:masters/,
      ],
      [other, /it is in the group system:masters/],
    ] as const) {
      const { exitCode, report } = await world.apply({ repository, kubeconfig });
      expect(exitCode).to.equal(1);
      expect(report?.problem).to.match(problem);
      expect(report?.applied?.state).to.equal("nothing applied");
    }
    expect(await world.live(configMapPath("identity"))).to.equal(undefined);
  });

  it("says of a workload that is not ready what a person would look at, without what Secrets hold", async () => {
    const manifests = (image: string) => [
      secret("token", { value: "old-canary-4711" }),
      deployment("api", image),
    ];
    const repository = await world.repository(manifests("api:1"));
    expect((await world.apply({ repository })).exitCode).to.equal(0);
    const { metadata } = (await world.live("/apis/apps/v1/namespaces/default/deployments/api")) as {
      metadata: { uid: string };
    };
    await world.admin(["create", "--filename=-"], JSON.stringify(warning(metadata.uid)));
    const [changed] = [secret("token", { value: "new-canary-4712" })];
    await world.commit(repository, [changed, deployment("api", "broken:2")]);
    const applied = await world.apply({ repository });
    expect(applied.exitCode).to.equal(1);
    expect(applied.report?.applied?.state).to.equal("not ready");
    const { notReady } = applied.report?.objects.find(({ kind }) => kind === "Deployment") as ObjectResult;
    expect(notReady?.message).to.include("timed out progressing");
    expect(notReady?.details).to.have.length(1);
    expect(notReady?.details[0]).to.match(/^Deployment api: Unhealthy: said \S+ and \S+$/);
    expect(applied.summary).to.include("### Workloads that are not ready (1)");
    expect(seen(applied)).not.to.match(/canary|bmV3LWNhbmFye|b2xkLWNhbmFye/);
  });

  it("lists what earlier releases had, deletes it by its exact name, and nothing else", async () => {
    const kept = configMap("kept", { a: "1" });
    const repository = await world.repository([kept]);
    await world.commit(repository, [kept, configMap("gone", { a: "1" }), configMap("old", { a: "1" })], "v1");
    expect((await world.apply({ repository })).exitCode).to.equal(0);
    await world.commit(repository, [kept, configMap("old", { a: "1" })], "v2");
    await world.commit(repository, [kept], "v3");
    await world.admin(["create", "configmap", "by-hand", "--from-literal=a=1"]);
    const listed = await world.apply({ repository });
    expect(listed.exitCode, listed.lines.join("\n")).to.equal(0);
    expect(listed.outcomes).to.deep.equal({
      "ConfigMap kept": "unchanged",
      "ConfigMap gone": "left in the cluster",
      "ConfigMap old": "left in the cluster",
    });
    expect(listed.summary).to.include("- `ConfigMap default/gone`");

    const wrong =
      "ConfigMap default/gone, ConfigMap default/kept, ConfigMap default/by-hand, Gadget.example.net a/b";
    const refused = await world.apply({ repository, args: [`--delete=${wrong}`] });
    expect(refused.exitCode).to.equal(1);
    expect(refused.report?.applied?.state).to.equal("nothing applied");
    const messages = refused.report?.objects.filter(({ verdict }) => verdict === "would-fail");
    expect(messages?.map(({ name, message }) => `${name}: ${message ?? ""}`)).to.deep.equal([
      "kept: the overlay still has it: it is not deleted",
      "by-hand: kubectl apply has not brought it: whoever made it must delete it",
      "b: the cluster has no API group example.net",
    ]);
    expect(await world.live(configMapPath("gone"))).not.to.equal(undefined);

    const args = ["--delete=ConfigMap default/gone"];
    const deleted = await world.apply({ repository, args });
    expect(deleted.exitCode, deleted.lines.join("\n")).to.equal(0);
    expect(deleted.outcomes).to.include({
      "ConfigMap gone": "deleted",
      "ConfigMap old": "left in the cluster",
    });
    expect(await world.live(configMapPath("gone"))).to.equal(undefined);
    expect(await world.live(configMapPath("old"))).not.to.equal(undefined);
    const again = await world.apply({ repository, args });
    expect(again.exitCode).to.equal(0);
    expect(again.outcomes).to.include({
      "ConfigMap gone": "not there",
      "ConfigMap old": "left in the cluster",
    });
  });

  it("lets what is under way end when it is stopped, sends nothing more, and says so", async () => {
    const manifests = Array.from({ length: 150 }, (_, at) =>
      configMap(`stopped-${String(at)}`, { a: String(at) }),
    );
    const repository = await world.repository(manifests);
    let isStopped = false;
    const { exitCode, report, lines } = await world.apply({
      repository,
      heard: (line, kill) => {
        if (isStopped || !line.startsWith("created: ")) return;
        isStopped = true;
        kill("SIGTERM");
      },
    });
    expect(exitCode).to.equal(1);
    expect(report?.applied).to.deep.equal({
      state: "partly applied",
      stoppedBecause: "The run was ended from outside.",
    });
    const by = (outcome: string) => report?.objects.filter((object) => object.outcome === outcome) ?? [];
    expect(by("created").length + by("not applied").length).to.equal(manifests.length);
    expect(by("not applied")).not.to.have.length(0);
    for (const { name } of by("created"))
      expect(await world.live(configMapPath(name)), name).not.to.equal(undefined);
    for (const { name } of by("not applied"))
      expect(await world.live(configMapPath(name)), name).to.equal(undefined);
    expect(lines.filter((line) => line.startsWith("created: "))).to.have.length(by("created").length);
    expect((await world.apply({ repository })).exitCode).to.equal(0);
  });
});

function warning(uid: string): object {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "api.1", namespace: "default" },
    involvedObject: { kind: "Deployment", name: "api", namespace: "default", uid },
    type: "Warning",
    reason: "Unhealthy",
    message: "said old-canary-4711 and new-canary-4712",
  };
}
