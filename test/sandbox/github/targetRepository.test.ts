import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { expect } from "chai";
import { describe, it } from "mocha";
import { parseAllDocuments } from "yaml";
import { seedTargetRepository } from "../../../sandbox/github/seed";

const root = join(__dirname, "../../../sandbox/github/targetRepository");
const overlays = ["k8s/ja-production", "k8s/kr-production", "k8s/in-production", "k8s/staging"];

interface Pod {
  securityContext: { runAsNonRoot: boolean };
  containers: { image: string; resources: { requests: object; limits: object } }[];
}

/** An object of Kubernetes, as far as the tests look into it. */
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  stringData?: Record<string, string>;
  spec?: { replicas?: number; template?: { spec: Pod }; jobTemplate?: { spec: { template: { spec: Pod } } } };
}

interface Kustomization {
  resources?: string[];
  patches?: { path?: string }[];
  configMapGenerator?: { name: string; behavior?: string; files?: string[] }[];
  images?: { name: string; newTag: string }[];
}

/** What a kustomization names, read without kustomize so that a machine without kubectl tests it too. */
interface Overlay {
  files: Set<string>;
  resources: Manifest[];
  patches: Manifest[];
  images: { name: string; newTag: string }[];
}

describe("the sandbox's target repository", function () {
  this.timeout(240_000);

  it("has nothing but well-formed manifests that some overlay uses", () => {
    const used = new Set(overlays.flatMap((overlay) => [...follow(overlay).files]));
    const present = readdirSync(join(root, "k8s"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
    expect([...used].sort()).to.deep.equal(present.sort());
  });

  it("has the kinds of a real data platform in every overlay", () => {
    for (const overlay of overlays) {
      expect(new Set(follow(overlay).resources.map(({ kind }) => kind))).to.include.all.keys(
        ..."Namespace Deployment StatefulSet DaemonSet CronJob Job Service Ingress ConfigMap Secret".split(
          " ",
        ),
        ..."HorizontalPodAutoscaler PodDisruptionBudget NetworkPolicy ServiceAccount Role RoleBinding".split(
          " ",
        ),
        ..."PriorityClass PersistentVolumeClaim CustomResourceDefinition Connector".split(" "),
        ..."LimitRange ResourceQuota".split(" "),
      );
    }
  });

  it("gives every object a name of its own", () => {
    for (const overlay of overlays) {
      const names = follow(overlay).resources.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
      expect(names).to.have.length(new Set(names).size);
    }
  });

  it("patches only what is there, and differently per country", () => {
    const replicas = overlays.map((overlay) => {
      const { resources, patches } = follow(overlay);
      for (const patch of patches) {
        const matches = ({ kind, metadata }: Manifest) =>
          kind === patch.kind && metadata.name === patch.metadata.name;
        expect(resources.filter(matches), `${overlay}: ${patch.kind}/${patch.metadata.name}`).to.have.length(
          1,
        );
      }
      return patches.filter(({ kind }) => kind === "Deployment").map(({ spec }) => spec?.replicas);
    });
    expect(replicas).to.deep.equal([
      [6, 12],
      [3, 4],
      [3, 6],
      [1, 1],
    ]);
  });

  it("pins every image, limits every container's memory and runs none as root outside logging", () => {
    for (const overlay of overlays) {
      const { resources, images } = follow(overlay);
      for (const manifest of resources) {
        const pod = podOf(manifest);
        if (pod === undefined) continue;
        if (manifest.kind !== "DaemonSet") expect(pod.securityContext.runAsNonRoot).to.equal(true);
        for (const container of pod.containers) {
          expect(images.map(({ name }) => name)).to.include(container.image);
          expect(container.resources.requests).to.include.keys("cpu", "memory");
          expect(container.resources.limits).to.include.keys("memory");
        }
      }
      for (const { newTag } of images) expect(newTag).to.match(/^\d+\.\d+\.\d+/);
    }
  });

  it("has placeholders for secrets, which nobody can take for real ones", () => {
    const secrets = follow("k8s/ja-production").resources.filter(({ kind }) => kind === "Secret");
    const values = secrets.flatMap(({ stringData }) => Object.values(stringData ?? {}));
    expect(values).to.have.length.greaterThan(0);
    for (const value of values) expect(value).to.match(/^canary-not-a-secret-/);
  });

  it("is seeded as the same commits each time, with every file and a history", async () => {
    const directory = await mkdtemp(join(tmpdir(), "seed-"));
    try {
      const seed = (owner: string) =>
        seedTargetRepository({ directory, owner, name: "m", defaultBranch: "trunk" });
      const [one, two] = [await seed("one"), await seed("two")];
      const git = async (repository: string, ...args: string[]) =>
        (await execa("git", ["--git-dir", repository, ...args])).stdout.split("\n");
      expect(one).to.equal(join(directory, "one", "m.git"));
      const log = await git(one, "log", "--format=%H %aI", "trunk");
      expect(log).to.have.length.greaterThan(4);
      expect(await git(two, "log", "--format=%H %aI", "trunk")).to.deep.equal(log);
      const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      expect(await git(one, "ls-tree", "-r", "--name-only", "trunk")).to.have.length(files.length);
      await seed("one");
      expect(await git(one, "log", "--format=%H %aI", "trunk")).to.deep.equal(log);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

/** Follows a kustomization to all that it builds on. */
function follow(folder: string): Overlay {
  const file = join(folder, "kustomization.yaml");
  const [kustomization] = read(file) as Kustomization[];
  if (kustomization === undefined) throw new Error(`${file} is empty`);
  const overlay: Overlay = {
    files: new Set([file]),
    resources: [],
    patches: [],
    images: kustomization.images ?? [],
  };
  for (const resource of kustomization.resources ?? []) {
    const path = join(folder, resource);
    if (!existsSync(join(root, path))) throw new Error(`${file} names ${resource}, which is not there`);
    if (statSync(join(root, path)).isDirectory()) {
      const below = follow(path);
      below.files.forEach((name) => overlay.files.add(name));
      overlay.resources.push(...below.resources);
    } else {
      overlay.files.add(path);
      overlay.resources.push(...read(path));
    }
  }
  for (const patch of kustomization.patches ?? []) {
    if (patch.path === undefined) continue;
    overlay.files.add(join(folder, patch.path));
    overlay.patches.push(...read(join(folder, patch.path)));
  }
  for (const generator of kustomization.configMapGenerator ?? []) {
    for (const name of generator.files ?? []) overlay.files.add(join(folder, name));
    if (generator.behavior === "merge") continue;
    overlay.resources.push({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: generator.name } });
  }
  return overlay;
}

/** The documents of a YAML file, each of them an object of Kubernetes or of kustomize. */
function read(path: string): Manifest[] {
  return parseAllDocuments(readFileSync(join(root, path), "utf8")).map((document) => {
    expect(document.errors, path).to.deep.equal([]);
    const manifest = document.toJS() as Manifest;
    expect(manifest, path).to.include.keys("apiVersion", "kind");
    if (manifest.kind !== "Kustomization") expect(manifest.metadata.name, path).to.match(/^[a-z0-9.-]+$/);
    return manifest;
  });
}

function podOf({ spec }: Manifest): Pod | undefined {
  return (spec?.jobTemplate?.spec ?? spec)?.template?.spec;
}
