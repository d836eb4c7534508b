import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isHeldByRbacAlone, type Attack, type Controls } from "../attacks/attack";
import { startAttackedCluster, type AttackedCluster } from "../attacks/attackedCluster";
import { lineOf, runAttacks, type RunResult } from "../attacks/run";
import { attackTable } from "../attacks/table";

describe("the guard under attack, on a real API server", function () {
  this.timeout(300_000);

  const attacks = attackTable();
  const runs = new Map<keyof Controls, RunResult>();
  let directory: string;
  let cluster: AttackedCluster;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "attacked-cluster-"));
    cluster = await startAttackedCluster(directory);
    runs.set("shipped", await runAttacks(cluster, attacks, "shipped"));
    await cluster.grantEverything();
    runs.set("everything", await runAttacks(cluster, attacks, "everything"));
  });

  after(async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  });

  function linesOf(run: keyof Controls, which: (row: RunResult["results"][number]) => boolean): string[] {
    return (runs.get(run)?.results ?? []).filter(which).map((row) => lineOf(row, run));
  }

  it("is attacked by more than 200 requests, no two of them alike", () => {
    const requests = attacks.map(({ method, path, headers, body }) =>
      JSON.stringify([method, path, headers, body]),
    );
    expect(new Set(requests).size).to.equal(requests.length).and.to.be.above(200);
    expect(runs.get("everything")?.results).to.have.length(requests.length);
  });

  for (const [run, role] of [
    ["shipped", "the shipped role"],
    ["everything", "a role that grants all that admission can see"],
  ] as const) {
    it(`lets nothing through with ${role}`, () => {
      expect(linesOf(run, ({ breach }) => breach !== undefined)).to.deep.equal([]);
      expect(runs.get(run)?.changedKeys).to.deep.equal([]);
    });

    it(`answers each request by the control that its row names, with ${role}`, () => {
      expect(linesOf(run, ({ asNamed }) => !asNamed)).to.deep.equal([]);
    });
  }

  it("grants nothing that RBAC alone keeps from the identity", () => {
    const held = linesOf("shipped", ({ attack }) => isHeldByRbacAlone(attack));
    expect(held.length).to.be.above(50);
    expect(
      linesOf("shipped", (row) => isHeldByRbacAlone(row.attack) && row.answerer !== "RBAC"),
    ).to.deep.equal([]);
  });

  describe("with rights that no policy can hold, which is why neither role grants them", () => {
    const root = "/apis/rbac.authorization.k8s.io/v1";
    const name = "beyond-admission";
    const access = { authorization: "authorization.k8s.io", authentication: "authentication.k8s.io" };
    const reviews = ["subjectaccessreviews", "localsubjectaccessreviews"];
    const rules = [
      { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch", "patch"] },
      { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
      { apiGroups: [access.authorization], resources: reviews, verbs: ["create"] },
      { apiGroups: [access.authentication], resources: ["tokenreviews"], verbs: ["create"] },
      { nonResourceURLs: ["/metrics"], verbs: ["get", "delete"] },
    ];
    const rows: [method: string, path: string, breach: string][] = [
      ["GET", "/api/v1/namespaces/team/secrets/canary", "was answered 200"],
      ["GET", "/api/v1/secrets", "was answered 200"],
      ["PATCH", "/api/v1/namespaces/team/secrets/canary?dryRun=All", "was answered with a Secret's value"],
      ["GET", "/api/v1/namespaces/team/pods/target/log", "was answered 204"],
      ["POST", `/apis/${access.authorization}/v1/subjectaccessreviews`, "was answered 201"],
      [
        "POST",
        `/apis/${access.authorization}/v1/namespaces/team/localsubjectaccessreviews`,
        "was answered 201",
      ],
      ["POST", `/apis/${access.authentication}/v1/tokenreviews`, "was answered 201"],
      ["GET", "/metrics", "was answered 200"],
      ["DELETE", "/metrics", "was answered 200"],
    ];

    before(async () => {
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
      const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "pr-dry-run" }];
      const create = (path: string, body: object) =>
        cluster.administrator.expect({ method: "POST", path: `${root}/${path}`, body });
      await create("clusterroles", { metadata: { name }, rules });
      await create("clusterrolebindings", { metadata: { name }, roleRef, subjects });
      await untilLetThrough({ method: "GET", path: "/metrics" });
    });

    after(() =>
      cluster.administrator.expect({ method: "DELETE", path: `${root}/clusterrolebindings/${name}` }),
    );

    for (const [method, path, breach] of rows) {
      it(`would let ${method} ${path} through`, async () => {
        const attack = attacks.find((row) => row.method === method && row.path === path);
        if (!attack) throw new Error("the table has no such row");
        // As an allowed dry run, a patch can only be given away by what its answer holds.
        const controls =
          method === "PATCH"
            ? { ...attack.controls, everything: "allowed dry run" as const }
            : attack.controls;
        const { results } = await runAttacks(cluster, [{ ...attack, controls }], "everything");
        expect(results.map((result) => result.breach)).to.deep.equal([breach]);
      });
    }
  });

  async function untilLetThrough(
    request: Pick<Attack, "method" | "path" | "headers" | "body">,
  ): Promise<void> {
    while ((await cluster.attacker.send(request)).status >= 300) await setTimeout(50);
  }

  describe("without its policy's binding", () => {
    const path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/pr-dry-run-only";
    const token = "/api/v1/namespaces/team/serviceaccounts/target/token";

    before(async () => {
      await cluster.administrator.expect({ method: "DELETE", path });
      await untilLetThrough({
        method: "PATCH",
        path: "/api/v1/namespaces/team/configmaps/target",
        headers: { "content-type": "application/merge-patch+json" },
        body: {},
      });
    });

    it("would have let a real write through, and the attack would have seen it", async () => {
      const attack = attacks.find(
        ({ method, path: attacked }) =>
          method === "PATCH" && attacked === "/api/v1/namespaces/team/configmaps/target",
      );
      const { results, changedKeys } = await runAttacks(cluster, attack ? [attack] : [], "everything");
      expect(results.map(({ breach }) => breach)).to.deep.equal(["was answered 200"]);
      expect(changedKeys).to.deep.equal(["/registry/configmaps/team/target"]);
    });

    it("would have minted a token for a dry run, and the attack would have seen it though nothing is stored", async () => {
      const attack = attacks.find(({ path: attacked }) => attacked === `${token}?dryRun=All`);
      // Taken for an allowed dry run, so that only the token itself can give it away.
      const allowed = { shipped: "allowed dry run", everything: "allowed dry run" } as const;
      const { results, changedKeys } = await runAttacks(
        cluster,
        attack ? [{ ...attack, controls: allowed }] : [],
        "everything",
      );
      expect(results.map(({ breach }) => breach)).to.deep.equal(["was answered with a token"]);
      expect(changedKeys).to.deep.equal([]);
    });
  });
});
