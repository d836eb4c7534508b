import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { connectKubectl, type Kubectl } from "../../dryrun/kubectl/kubectl";
import { Api } from "../../dryrun/kubernetes/api";
import { proofOf } from "../../dryrun/kubernetes/credentials";
import { discover, objectPath } from "../../dryrun/kubernetes/discovery";
import { readKubeconfig } from "../../dryrun/kubernetes/kubeconfig";
import type { Json } from "../../dryrun/render/objects";
import { startCluster } from "../../sandbox/clusters/cluster";
import { ensureKubectl, type KubectlMinor } from "../../sandbox/toolchain/kubectl";
import { type Case, namespaces, withSettings, yaml } from "./cases";
import { definitions } from "./kinds/customResources";

/** A cluster to compare answers on. */
export interface World {
  api: Api;
  /** kubectl as the dry run calls it. */
  kubectl: Kubectl;
  /** kubectl as a person calls it. It never fails: the exit code tells. */
  run(args: string[], input: string, environment?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Starts a cluster with the namespaces and definitions that cases need. */
export async function startWorld(directory: string, minor: KubectlMinor): Promise<World> {
  const cluster = await startCluster({ directory: join(directory, "cluster") });
  const binary = await ensureKubectl(minor);
  const { signal } = new AbortController();
  const kubeconfig = readKubeconfig(cluster.adminKubeconfig);
  const proof = await proofOf(kubeconfig.credential, signal);
  const api = new Api({ kubeconfig, proof, signal });
  const folder = join(directory, "dry-run");
  await mkdir(folder, { recursive: true });
  const flags = [`--kubeconfig=${cluster.adminKubeconfig}`, `--cache-dir=${join(directory, "cache")}`];
  const world: World = {
    api,
    kubectl: connectKubectl({ binary, kubeconfig, proof: () => proof, folder, signal }),
    run: async (args, input, environment = {}) => {
      const { exitCode, stdout, stderr } = await execa(binary, [...args, ...flags], {
        input,
        env: environment,
        reject: false,
        stripFinalNewline: false,
        maxBuffer: 256 * 1024 * 1024,
      });
      return { exitCode: exitCode ?? -1, stdout, stderr };
    },
    stop: async () => {
      api.close();
      await cluster.stop();
    },
  };
  try {
    await prepare(world);
  } catch (error) {
    await world.stop();
    throw error;
  }
  return world;
}

async function prepare(world: World): Promise<void> {
  const names = [...namespaces, "limits"];
  const manifests = names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  const { exitCode, stderr } = await world.run(
    ["apply", "--filename=-"],
    documents([...manifests, ...definitions].map(yaml)),
  );
  if (exitCode !== 0) throw new Error(`The world of the cases could not be made: ${stderr}`);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { body } = await world.api.send({ path: "/openapi/v3" });
    const known = await world.api.send({ path: "/apis/example.org/v1" });
    const count = (known.body.resources as unknown[] | undefined)?.length ?? 0;
    if (JSON.stringify(body).includes("apis/example.org/v1") && count >= definitions.length) return;
    await sleep(100);
  }
  throw new Error("The API server does not serve the definitions of the cases.");
}

/** Brings the objects into the state that their cases tell. What the server refuses is just not there. */
export async function createLiveObjects(world: World, cases: Case[]): Promise<void> {
  const texts = (origin: Case["origin"]) =>
    cases.filter((one) => one.origin === origin).map(({ before }) => yaml(before));
  for (const batch of batches(texts("applied"), 250)) {
    await world.run(["apply", "--filename=-"], documents(batch));
  }
  for (const batch of batches(texts("created without apply"), 250)) {
    await world.run(["create", "--validate=false", "--filename=-"], documents(batch));
  }
  await Promise.all(
    cases.filter(({ byOthers }) => byOthers.length > 0).map((one) => changeByOthers(world.api, one)),
  );
}

/** Another field manager changes an object. */
async function changeByOthers(api: Api, { before, byOthers }: Case): Promise<void> {
  const live = await liveObject(api, before);
  const path = await pathOf(api, before);
  if (!live || !path) return;
  const changed = withSettings(live, byOthers);
  const patch = Object.keys({ ...live, ...changed }).map((name) =>
    name in changed
      ? { op: "add", path: `/${name}`, value: changed[name] }
      : { op: "remove", path: `/${name}` },
  );
  await api.send({
    method: "PATCH",
    path: `${path}?fieldManager=someone-else`,
    body: JSON.stringify(patch),
    contentType: "application/json-patch+json",
  });
}

/** What the cluster has of a manifest's object. */
export async function liveObject(api: Api, manifest: object): Promise<Json | undefined> {
  const path = await pathOf(api, manifest);
  const { code, body } = path ? await api.send({ path }) : { code: 404, body: {} };
  return code === 200 ? body : undefined;
}

async function pathOf(api: Api, manifest: object): Promise<string | undefined> {
  const { apiVersion, kind, metadata } = manifest as {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string };
  };
  const name = { apiVersion, kind, namespace: metadata.namespace ?? "", name: metadata.name };
  const found = (await discover(api, [name]))(name);
  return "resource" in found ? objectPath(found.resource, name.namespace, name.name) : undefined;
}

/** Texts of YAML as one stream. */
export function documents(texts: string[]): string {
  return texts.join("---\n");
}

function batches<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
