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
  this.timeout(180_000);

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

    async function untilLetThrough(
      request: Pick<Attack, "method" | "path" | "headers" | "body">,
    ): Promise<void> {
      while ((await cluster.attacker.send(request)).status !== 200) await setTimeout(50);
    }

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

    it("would have given the Secret for an empty patch to whom RBAC grants it, and the attack would have seen it", async () => {
      const root = "/apis/rbac.authorization.k8s.io/v1";
      const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["patch"] }];
      await cluster.administrator.expect({
        method: "PATCH",
        path: `${root}/clusterroles/pr-dry-run`,
        headers: { "content-type": "application/merge-patch+json" },
        body: { rules },
      });
      const secret = {
        method: "PATCH",
        path: "/api/v1/namespaces/team/secrets/canary?dryRun=All",
        headers: { "content-type": "application/merge-patch+json" },
        body: {},
        controls: { shipped: "allowed dry run", everything: "allowed dry run" },
      } satisfies Attack;
      await untilLetThrough(secret);
      const { results } = await runAttacks(cluster, [secret], "everything");
      expect(results.map(({ breach }) => breach)).to.deep.equal(["was answered with a Secret's value"]);
    });
  });
});
