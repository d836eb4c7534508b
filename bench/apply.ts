import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Json } from "../dryrun/render/objects";
import { ensureKubectl } from "../sandbox/toolchain/kubectl";
import { comparable } from "../test/sandbox/applyFaults/objects";
import { type ReleaseWorld, startReleaseWorld } from "../test/sandbox/apply/releaseWorld";
import { benchManifests } from "./overlay";

/**
 * Times an apply beside `kubectl apply -f`, one after the other on one cluster, of the same objects in two namespaces: 1,000
 * that are there, 50 of which change.
 *
 * kubectl gets one file with all manifests. The apply is that of the whole program as a build starts it: kustomize, who it is,
 * a dry run of everything, the writes, the wait for the rollouts, and the report. Both must leave the same objects.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-apply-"));
  const world = await startReleaseWorld();
  try {
    for (const namespace of namespaces) {
      await world.admin(["create", "namespace", namespace]);
      await world.admin(["create", "--save-config", "--filename=-"], manifests(namespace, false));
    }
    const file = join(folder, "manifests.yaml");
    writeFileSync(file, manifests(namespaces[1], true));
    const objects = manifests(namespaces[0], true)
      .split("\n---\n")
      .map((text) => JSON.parse(text) as object);
    const repository = await world.repository(objects);
    const kubectl = await ensureKubectl(35);
    const flags = [`--kubeconfig=${world.directKubeconfig}`, `--cache-dir=${join(folder, "cache")}`];

    const own = await timed(() => world.apply({ repository, kubeconfig: world.directKubeconfig }));
    const theirs = await timed(() => execa(kubectl, ["apply", `--filename=${file}`, ...flags]));
    const changed = Object.values(own.result.outcomes).filter((outcome) => outcome === "changed").length;
    const configured = theirs.result.stdout.match(/ configured$/gm)?.length ?? 0;
    if (own.result.exitCode !== 0) throw new Error(own.result.lines.slice(-10).join("\n"));
    if (changed !== configured || changed === 0)
      throw new Error(`${String(changed)} changed, and ${String(configured)} by kubectl`);
    const same = await sameObjects(world);
    const ratio = theirs.seconds / own.seconds;
    console.log(
      [
        `${String(size)} objects, ${String(changed)} changed, ${String(same)} the same afterwards`,
        `  kubectl apply -f ${theirs.seconds.toFixed(1)} s`,
        `  apply ${own.seconds.toFixed(1)} s`,
        `${ratio.toFixed(1)}x`,
      ].join("\n"),
    );
    if (ratio < leastRatio) {
      console.log(`The apply must be at least ${String(leastRatio)} times as fast.`);
      process.exitCode = 1;
    }
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const size = 1_000;
const leastRatio = 5;
const namespaces = ["bench-own", "bench-kubectl-file"] as const;

function manifests(namespace: string, isHead: boolean): string {
  return benchManifests(0, size, isHead).replaceAll('"namespace":"default"', `"namespace":"${namespace}"`);
}

/** @throws Error if an object is another one in the two namespaces. */
async function sameObjects(world: ReleaseWorld): Promise<number> {
  const [own, theirs] = (await Promise.all(namespaces.map((namespace) => objectsIn(world, namespace)))) as [
    Map<string, string>,
    Map<string, string>,
  ];
  for (const [name, text] of own)
    if (theirs.get(name) !== text)
      throw new Error(`${name} differs:\n${text}\n${theirs.get(name) ?? "(none)"}`);
  if (own.size !== size || theirs.size !== size)
    throw new Error(`${String(own.size)} and ${String(theirs.size)} objects`);
  return own.size;
}

async function objectsIn(world: ReleaseWorld, namespace: string): Promise<Map<string, string>> {
  const paths = ["/apis/apps/v1 deployments", "/api/v1 services", "/api/v1 configmaps"];
  const objects = new Map<string, string>();
  for (const path of paths) {
    const [root = "", plural = ""] = path.split(" ");
    const { body } = await world.api.send({ path: `${root}/namespaces/${namespace}/${plural}` });
    for (const item of body.items as Json[])
      objects.set(`${plural} ${String((item.metadata as Json).name)}`, comparable(item, namespace));
  }
  return objects;
}

async function timed<Outcome>(task: () => Promise<Outcome>): Promise<{ result: Outcome; seconds: number }> {
  const start = performance.now();
  const result = await task();
  return { result, seconds: (performance.now() - start) / 1000 };
}

void main();
