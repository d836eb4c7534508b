import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { guardManifests } from "../../committed/guard";
import { startCluster } from "../../sandbox/clusters/cluster";
import { Client } from "./client";
import { everythingRole } from "./everythingRole";
import {
  collectionPath,
  customResourceDefinition,
  grantedKinds,
  namespace,
  objectOf,
  targetKinds,
} from "./kinds";
import { messageIn } from "./judge";
import { storedIn } from "./stored";

/** A cluster with the guard and one object of each kind, ready to be attacked. */
export interface AttackedCluster {
  /** Somebody with all rights. */
  administrator: Client;
  /** The dry-run identity. */
  attacker: Client;
  /** What no answer may hold: the Secret's value, in clear and as the API writes it. */
  secretValues: string[];
  /** Grants the attacker all that admission can see. */
  grantEverything(): Promise<void>;
  /** All that is stored, but for leases and events, which the server itself writes at any time. */
  stored(): Promise<Map<string, string>>;
  stop(): Promise<void>;
}

/** Starts a cluster in a folder and prepares it. */
export async function startAttackedCluster(directory: string): Promise<AttackedCluster> {
  const cluster = await startCluster({ directory, progress: console.error });
  const administrator = await Client.of(cluster.adminKubeconfig);
  const attacker = await Client.of(cluster.dryRunKubeconfig);
  const canary = randomBytes(24).toString("hex");
  await prepareTargets(administrator, canary);
  await installGuard(administrator);
  await untilInForce(attacker);
  return {
    administrator,
    attacker,
    secretValues: [canary, Buffer.from(canary).toString("base64")],
    grantEverything: async () => {
      await grantEverything(administrator);
      await untilGranted(attacker);
    },
    stored: () => storedIn(cluster),
    stop: async () => {
      administrator.close();
      attacker.close();
      await cluster.stop();
    },
  };
}

/** Makes what is attacked: one object of each kind, and a Secret with a value that no answer may hold. */
export async function prepareTargets(administrator: Client, canary: string): Promise<void> {
  const create = (path: string, body: unknown) => administrator.expect({ method: "POST", path, body });
  await create("/api/v1/namespaces", { metadata: { name: namespace } });
  await create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", customResourceDefinition);
  await create(`/api/v1/namespaces/${namespace}/secrets`, {
    metadata: { name: "canary" },
    stringData: { key: canary },
  });
  await untilThere(administrator, "/apis/example.org/v1/namespaces/team/widgets");
  for (const kind of targetKinds) await create(collectionPath(kind), objectOf(kind));
}

async function installGuard(administrator: Client): Promise<void> {
  const headers = { "content-type": "application/apply-patch+yaml" };
  for (const manifest of guardManifests({ kinds: grantedKinds })) {
    const { apiVersion, kind, metadata } = manifest;
    const resource = kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
    const path = `/apis/${apiVersion}/${resource.toLowerCase()}/${metadata.name}?fieldManager=guard`;
    await administrator.expect({ method: "PATCH", path, headers, body: manifest });
  }
}

async function grantEverything(administrator: Client): Promise<void> {
  const root = "/apis/rbac.authorization.k8s.io/v1";
  const { role, binding } = await everythingRole(administrator);
  await administrator.expect({ method: "POST", path: `${root}/clusterroles`, body: role });
  await administrator.expect({ method: "POST", path: `${root}/clusterrolebindings`, body: binding });
}

/** The policy and the roles take effect when the server has heard of its own writes. */
async function untilInForce(attacker: Client): Promise<void> {
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } };
  await until("the guard is in force", async () => {
    const answer = await attacker.send({ method: "POST", path: "/api/v1/namespaces", body });
    return messageIn(answer.body).includes("denied request");
  });
}

async function untilGranted(attacker: Client): Promise<void> {
  await until("the attacker has all rights", async () => {
    const { status } = await attacker.send({ method: "GET", path: "/api/v1/nodes" });
    return status === 200;
  });
}

async function untilThere(administrator: Client, path: string): Promise<void> {
  await until(
    `${path} is served`,
    async () => (await administrator.send({ method: "GET", path })).status === 200,
  );
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not so after 20 s: ${what}.`);
    await setTimeout(50);
  }
}
