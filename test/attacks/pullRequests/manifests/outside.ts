import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "../attack";
import { type ManifestAttack, type SeenOverlay, stopped } from "./manifestAttack";

const marks = join(tmpdir(), `attack-pr-${String(process.pid)}`);
const outside = join(marks, "outside");
const executed = join(marks, "executed");
const canaryText = "canary-of-a-file-outside";

/** What stands in the environment of every build: its credentials. */
const ofEnvironment = /AWS_SESSION_TOKEN=|AWS_SECRET_ACCESS_KEY=/;

const restrictor =
  "kustomize reads files in its own folders only; links are followed and refused (dryrun/render)";

function notShown(why: RegExp): ManifestAttack["check"] {
  return (seen: SeenOverlay) => {
    must(!ofEnvironment.test(seen.everything), "the job's environment is shown");
    must(!seen.everything.includes(canaryText), "a file of the machine is shown");
    return stopped(why)(seen);
  };
}

/** Manifests that lead out of the repository, or to what a merge would not have. */
export const outsideAttacks: ManifestAttack[] = [
  {
    name: "file-by-absolute-path",
    tries: "a generator reads the credentials in the environment of the process",
    control: restrictor,
    files: () => ({
      "kustomization.yaml": "configMapGenerator: [{name: g, files: ['a=/proc/self/environ']}]\n",
    }),
    check: notShown(/lies outside of the repository/),
  },
  {
    name: "file-by-a-link",
    tries: "the same through a link in the repository",
    control: restrictor,
    files: () => ({
      "kustomization.yaml": "configMapGenerator: [{name: g, files: ['a=link']}]\n",
      link: { link: "/proc/self/environ" },
    }),
    check: notShown(/lies outside of the repository/),
  },
  {
    name: "folder-by-a-link",
    tries: "a link leads to a kustomize folder of the machine, which kustomize would read",
    control: restrictor,
    prepare: () => {
      mkdirSync(outside, { recursive: true });
      writeFileSync(join(outside, "kustomization.yaml"), "resources: [a.yaml]\n");
      writeFileSync(
        join(outside, "a.yaml"),
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: outside, namespace: default}\ndata: {a: ${canaryText}}\n`,
      );
      return Promise.resolve();
    },
    files: () => ({ "kustomization.yaml": "resources: [link]\n", link: { link: outside } }),
    check: notShown(/lies outside of the repository/),
  },
  {
    name: "base-by-a-path",
    tries:
      "the overlay refers to the checkout of the base, so that nothing differs, and would break once merged",
    control: "the change may not refer to the checkout of its base (dryrun/render)",
    files: () => ({
      "kustomization.yaml": "resources: [../../../.k8s-dryrun-base/k8s/attacks/base-by-a-path]\n",
    }),
    check: stopped(/leads to the checkout of the base/),
  },
  {
    name: "program-as-a-generator",
    attacker: "branch pusher",
    tries: "a generator runs a program of the pull request on the runner",
    control: "kustomize's plugins stay off",
    files: () => ({
      "kustomization.yaml": "generators: [gen.yaml]\n",
      "gen.yaml":
        "apiVersion: example.org/v1\nkind: Anything\nmetadata:\n  name: g\n  annotations:\n" +
        "    config.kubernetes.io/function: |\n      exec: {path: ./run.sh}\n",
      "run.sh": `#!/bin/sh\nmkdir -p ${marks}; touch ${executed}\n`,
    }),
    check: async (seen) => {
      must(!existsSync(executed), "the program ran");
      return `the program left no mark; ${await stopped(/does not render/)(seen)}`;
    },
  },
  {
    name: "helm-chart",
    tries: "a helm chart is fetched and its templates are run",
    control: "helm stays off",
    files: (url) => ({
      "kustomization.yaml": `helmCharts: [{name: chart, repo: '${url}', version: 1.0.0, releaseName: r}]\n`,
    }),
    check: stopped(/must specify --enable-helm|does not render/),
  },
];
