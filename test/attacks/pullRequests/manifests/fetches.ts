import { spellings } from "../../fetches/spellings";
import type { Files } from "../files";
import { type ManifestAttack, stopped } from "./manifestAttack";

const search =
  "search for addresses before kustomize runs (dryrun/render); kustomize has no git and no proxy";

/** Spellings that an earlier search for addresses overlooked. The others are in test/sandbox/kustomizeFetches.test.ts. */
const spelled: [name: string, spelling: string, why: RegExp][] = [
  ["fetch-by-a-generator", "a file of a generator", /would fetch from another host/],
  ["fetch-by-a-field-in-capitals", "a field in capitals", /kustomize has no field/],
  ["fetch-by-utf-16", "UTF-16", /is not in UTF-8/],
  [
    "fetch-by-a-line-separator",
    "a line separator in a comment",
    /ends of lines that not every program takes/,
  ],
  ["fetch-by-a-merged-map", "a merged map", /would fetch from another host/],
  ["fetch-by-a-text-file", "a generator in a text file", /would fetch from another host/],
  [
    "fetch-by-a-file-of-that-name",
    "a folder that is called like the address",
    /would fetch from another host/,
  ],
];

const named = (files: Files, name: string): Files => ({ ...files, "a.yaml": configMap(name) });
const configMap = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: default}\n`;

/** Manifests that would bring answers from the private network into the comment. */
export const fetchAttacks: ManifestAttack[] = [
  ...spelled.map(([name, spelling, why]) => ({
    name,
    tries: `a manifest makes kustomize fetch an address inside of the network: ${spelling}`,
    control: search,
    files: (url: string) => named(spellings[spelling]!(url), name),
    check: stopped(why),
  })),
  {
    name: "fetch-the-metadata-service",
    tries: "a generator reads the credentials of the machine from the metadata service",
    control: search,
    files: () => ({
      "kustomization.yaml":
        "configMapGenerator: [{name: g, files: ['a=http://169.254.169.254/latest/meta-data/iam/'], envs: ['http://169.254.170.2/v2/credentials']}]\n",
    }),
    check: stopped(/would fetch from another host: \S*http:\/\/169\.254\.169\.254/),
  },
  {
    name: "fetch-a-git-repository",
    tries: "a base is a git repository inside of the network",
    control: search,
    files: (url) => ({ "kustomization.yaml": `resources: ['${url}/base.git//k8s?ref=main']\n` }),
    check: stopped(/would fetch from another host/),
  },
  {
    name: "fetch-behind-a-link",
    tries: "a link leads to a folder whose neighbour fetches, which no reader of paths sees",
    control: search,
    files: (url) => ({
      "kustomization.yaml": "resources: [link]\n",
      link: { link: "far/base" },
      "far/base/kustomization.yaml": "resources: [../next]\n",
      "far/next/kustomization.yaml": `resources: ['${url}']\n`,
    }),
    check: stopped(/would fetch from another host/),
  },
];
