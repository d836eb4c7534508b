/** Ways to make kustomize fetch an address, which a search for addresses can overlook. */

/** Files of a kustomize folder by path; UTF-16 where the spelling is of that kind. */
export type FolderFiles = Record<string, string | Buffer>;

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const generator = (url: string) =>
  `{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: g}, files: ["a=${url}"]}`;

/** A kustomization beside one ordinary object. */
const beside = (text: string): FolderFiles => ({ "kustomization.yaml": text, "a.yaml": configMap });

/** By name: the files that make kustomize ask for the address. */
export const spellings: Record<string, (url: string) => FolderFiles> = {
  "a resource": (url) => beside(`resources: ["${url}"]\n`),
  "a resource in capitals": (url) => beside(`resources: ["${url.replace("http", "HTTP")}"]\n`),
  "a field in capitals": (url) => beside(`Resources: ["${url}"]\n`),
  "a field with a long s": (url) => beside(`reſources: ["${url}"]\n`),
  "a tag": (url) => beside(`resources: [!!binary ${Buffer.from(url).toString("base64")}]\n`),
  "an escape": (url) => beside(`resources: ["${url.replace("h", "\\x68")}"]\n`),
  "an alias": (url) => beside(`namespace: &a "${url}"\nresources: [*a]\n`),
  "a merged map": (url) =>
    beside(`resources: [a.yaml]\nconfigMapGenerator: [{name: g, <<: {files: ["${url}"]}}]\n`),
  "UTF-16": (url) => ({ "kustomization.yaml": Buffer.from(`\ufeffresources: ["${url}"]\n`, "utf16le") }),
  "a line separator in a comment": (url) => beside(`# a\u2028resources: ["${url}"]\n`),
  "a folder that is called like the address": (url) => ({
    ...beside(`resources: ["${url}"]\n`),
    [url.replace("http://", "http:/")]: configMap,
  }),
  "a patch": (url) => beside(`resources: [a.yaml]\npatches: [{Path: "${url}"}]\n`),
  "a strategic patch": (url) => beside(`resources: [a.yaml]\npatchesStrategicMerge: ["${url}"]\n`),
  "a JSON patch": (url) =>
    beside(
      `resources: [a.yaml]\npatchesJson6902: [{target: {version: v1, kind: ConfigMap, name: a}, path: "${url}"}]\n`,
    ),
  "a replacement": (url) => beside(`resources: [a.yaml]\nreplacements: [{PATH: "${url}"}]\n`),
  "an OpenAPI schema": (url) => beside(`resources: [a.yaml]\nopenapi: {path: "${url}"}\n`),
  "a configuration": (url) => beside(`resources: [a.yaml]\nconfigurations: ["${url}"]\n`),
  "a definition": (url) => beside(`resources: [a.yaml]\nCRDs: ["${url}"]\n`),
  "a file of a generator": (url) => beside(`configMapGenerator: [{name: g, FILES: ["a=${url}"]}]\n`),
  "a file whose key has a colon": (url) => beside(`configMapGenerator: [{name: g, files: ["a:b=${url}"]}]\n`),
  "an env file of a generator": (url) => beside(`secretGenerator: [{name: g, env: "${url}"}]\n`),
  "a generator in a text file": (url) => ({
    ...beside("generators: [gen.txt]\n"),
    "gen.txt": generator(url),
  }),
  "a generator behind the beginning of a document": (url) => ({
    ...beside("generators: [gen.yaml]\n"),
    "gen.yaml": `--- ${generator(url)}\n`,
  }),
  "a generator in place": (url) => beside(`generators: ['${generator(url)}']\n`),
  "a generator in a folder": (url) => ({
    ...beside("generators: [g]\n"),
    "g/kustomization.yaml": "resources: [gen.yaml]\n",
    "g/gen.yaml": generator(url),
  }),
  "a transformer in place": (url) =>
    beside(
      "resources: [a.yaml]\n" +
        `transformers: ['{apiVersion: builtin, kind: PatchTransformer, metadata: {name: t}, path: "${url}", target: {kind: ConfigMap}}']\n`,
    ),
  "a validator in place": (url) =>
    beside(
      "resources: [a.yaml]\n" +
        `validators: ['{apiVersion: builtin, kind: PatchTransformer, metadata: {name: t}, path: "${url}", target: {kind: ConfigMap}}']\n`,
    ),
  "a component": (url) => ({
    ...beside("resources: [a.yaml]\ncomponents: [c]\n"),
    "c/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: ["${url}"]\n`,
  }),
};
