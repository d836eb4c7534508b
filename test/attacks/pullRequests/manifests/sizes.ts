import { type ManifestAttack, stopped } from "./manifestAttack";

const limits = "limits of bytes, of objects and of memory before and while kustomize renders (dryrun/render)";
const head = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: default}\n`;

/** Manifests that would take the runner's time or memory. */
export const sizeAttacks: ManifestAttack[] = [
  {
    name: "yaml-bomb",
    tries: "a dozen lines with aliases of aliases stand for a million million values",
    control: limits,
    files: () => ({
      "kustomization.yaml": "resources: [a.yaml]\n",
      "a.yaml": `${head("bomb")}data:\n${bomb()}`,
    }),
    check: stopped(/needs more memory to render|excessive aliasing/),
  },
  {
    name: "manifest-of-50-mb",
    tries: "one manifest has 50 MB",
    control: limits,
    files: () => ({
      "kustomization.yaml": "resources: [a.yaml]\n",
      "a.yaml": `${head("large")}data: {x: "${"y".repeat(50_000_000)}"}\n`,
    }),
    check: stopped(/have 48 MB; more than 32 MB are not rendered/),
  },
  {
    name: "objects-100000",
    tries: "one file has 100,000 objects, for which kustomize needs hours",
    control: limits,
    files: () => ({
      "kustomization.yaml": "resources: [a.yaml]\n",
      "a.yaml": Array.from({ length: 100_000 }, (_, index) => head(`n${String(index)}`)).join("---\n"),
    }),
    check: stopped(/about 100000 objects; more than 30000 are not rendered/),
  },
  {
    name: "objects-by-repetition",
    tries: "twenty small folders, each naming the one before twice, make a million objects",
    control: limits,
    files: () => ({
      "kustomization.yaml": "resources: [l20]\n",
      "l0/kustomization.yaml": "resources: [a.yaml]\n",
      "l0/a.yaml": head("a"),
      ...Object.fromEntries(
        Array.from({ length: 20 }, (_, at) => at + 1).flatMap((level): [string, string][] => [
          [`l${String(level)}/kustomization.yaml`, "resources: [one, two]\n"],
          ...["one", "two"].map((side): [string, string] => [
            `l${String(level)}/${side}/kustomization.yaml`,
            `namePrefix: ${side}-\nresources: [../../l${String(level - 1)}]\n`,
          ]),
        ]),
      ),
    }),
    check: stopped(/about 1048576 objects/),
  },
  {
    name: "deep-nesting",
    tries: "a value is nested 20,000 levels deep",
    control: limits,
    files: () => ({
      "kustomization.yaml": "resources: [a.yaml]\n",
      "a.yaml": `${head("deep")}data: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`,
    }),
    check: stopped(/exceeded max depth|does not render/),
  },
];

function bomb(): string {
  const lines = [`  x0: &a0 [${Array.from({ length: 10 }, () => '"lol"').join(",")}]`];
  for (let level = 1; level < 12; level += 1) {
    const before = Array.from({ length: 10 }, () => `*a${String(level - 1)}`).join(",");
    lines.push(`  x${String(level)}: &a${String(level)} [${before}]`);
  }
  return `${lines.join("\n")}\n`;
}
