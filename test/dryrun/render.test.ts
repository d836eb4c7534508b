import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CouldNotCheck } from "../../dryrun/couldNotCheck";
import { refuseRemotes } from "../../dryrun/render/addresses";
import { sourcesOf } from "../../dryrun/render/kustomization";
import { identityOf, parseObjects, titleOf } from "../../dryrun/render/objects";
import { changesBetween } from "../../dryrun/render/touched";
import { uncoveredFiles } from "../../dryrun/render/uncovered";
import { parseYaml } from "../../dryrun/render/yaml";

const manifest = (kind: string, name: string, more = "") =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: data\n${more}`;

describe("YAML", () => {
  for (const text of [
    "yes",
    "On",
    "0644",
    "0x1F",
    "1_000",
    "+1",
    "1e3",
    "2026-01-01",
    "1:30",
    "12345678901234567",
  ]) {
    it(`is ambiguous with ${text}`, () => {
      expect(parseYaml(`a: ${text}\n`).isAmbiguous).to.equal(true);
      expect(parseYaml(`a: "${text}"\n`).isAmbiguous).to.equal(false);
    });
  }
  for (const text of [
    "hello",
    "1",
    "-1.5",
    "true",
    "null",
    "100m",
    "64Mi",
    "8.1.4",
    "10.0.0.1",
    "25%",
    "no-op",
  ]) {
    it(`is plain with ${text}`, () => {
      expect(parseYaml(`a: ${text}\n`).isAmbiguous).to.equal(false);
    });
  }
});

describe("the objects of a rendered overlay", () => {
  it("keep the very text that kustomize wrote, and empty documents do not count", () => {
    const [first, second] = [manifest("ConfigMap", "a", "data:\n  t: |\n    ---\n"), manifest("Thing", "b")];
    expect(parseObjects(`---\n${first}---\n# nothing\n---\n${second}`).map(({ text }) => text)).to.deep.equal(
      [first, second],
    );
  });

  it("are the same ones in every version of their group", () => {
    const [one, other] = ["v1", "v1beta1"].map((version) =>
      parseObjects(`apiVersion: networking.k8s.io/${version}\nkind: Ingress\nmetadata: {name: a}\n`)
        .map(identityOf)
        .join(),
    );
    expect(one).to.equal(other);
  });

  it("are called without what could leave its place", () => {
    expect(titleOf({ kind: "Pod", namespace: "b", name: "a\n::error::`<b>" })).to.equal(
      "Pod b/a?::error::??b?",
    );
  });

  for (const [title, text] of [
    ["a document is no object", "just: text\n"],
    ["a list could hide Secrets", manifest("SecretList", "all")],
    ["it is no YAML", "a: [top-secret\n"],
  ] as const) {
    it(`cannot be told where ${title}, and the text is not quoted`, () => {
      expect(() => parseObjects(text))
        .to.throw(CouldNotCheck)
        .with.property("message")
        .not.include("top-secret");
    });
  }
});

describe("a pull request", () => {
  const base = ["a", "b", "c"].map((name) => manifest("ConfigMap", name));
  const head = [base[0] ?? "", manifest("ConfigMap", "b", "data: {x: y}\n"), manifest("ConfigMap", "d")];

  it("touches what it changes and adds, and removes what it no longer has", () => {
    const changes = changesBetween(base.join("---\n"), parseObjects(head.join("---\n")));
    expect([...changes.touched].map((identity) => (JSON.parse(identity) as string[])[3])).to.deep.equal([
      "b",
      "d",
    ]);
    expect(changes.removed.map(({ name }) => name)).to.deep.equal(["c"]);
  });

  it("touches everything where there is no base", () => {
    expect(changesBetween(undefined, parseObjects(head.join("---\n"))).touched).to.have.property("size", 3);
  });
});

describe("what kustomize reads", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "kustomization-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const write = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };

  it("is followed through folders, patches and generators", () => {
    write({
      "k8s/a/kustomization.yaml": "resources: [../base]\npatches: [{path: p.yaml}, {patch: '- op: x'}]\n",
      "k8s/a/p.yaml": "a: b\n",
      "k8s/base/kustomization.yml":
        "resources: [x.yaml]\nconfigMapGenerator: [{files: [k=f.txt], envs: [e.env]}]\n",
      "k8s/base/x.yaml": manifest("ConfigMap", "x"),
      "k8s/base/f.txt": "f",
      "k8s/base/e.env": "A=1",
    });
    const { files, remotes } = sourcesOf(root, "k8s/a");
    expect(files).to.deep.equal([
      "k8s/a/kustomization.yaml",
      "k8s/a/p.yaml",
      "k8s/base/e.env",
      "k8s/base/f.txt",
      "k8s/base/kustomization.yml",
      "k8s/base/x.yaml",
    ]);
    expect(remotes).to.deep.equal([]);
    expect(uncoveredFiles(files, ["k8s/a/**", "k8s/base/*.y*ml"])).to.deep.equal([
      "k8s/base/e.env",
      "k8s/base/f.txt",
    ]);
  });

  const remotes: [title: string, kustomization: string][] = [
    ["a resource", "resources: [https://example.org/a.yaml]"],
    ["a git base", "resources: ['github.com/example/repo//base?ref=v1']"],
    ["a git base over ssh", "bases: ['git@github.com:example/repo.git']"],
    ["a component", "components: ['git::https://example.org/repo']"],
    ["a file of a generator", "configMapGenerator: [{name: a, files: ['k=http://169.254.169.254/latest']}]"],
    ["an env file of a generator", "secretGenerator: [{name: a, envs: ['http://example.org/env']}]"],
    ["a patch", "patches: [{path: 'https://example.org/p.yaml'}]"],
    ["an OpenAPI schema", "openapi: {path: 'https://example.org/o.json'}"],
    [
      "a generator that is written in place",
      "generators:\n- |-\n  kind: ConfigMapGenerator\n  metadata: {name: a}\n  files: ['k=http://example.org/x']",
    ],
  ];
  it("is none where a text only has an address in it, and is named without what can be a credential", () => {
    const licence = "a".repeat(300);
    write({
      "k8s/a/kustomization.yaml":
        "generators: [secret.yaml]\npatchesStrategicMerge:\n- |-\n  kind: Deployment\n  args: [--issuer=https://login.example.com/x]\n",
      "k8s/a/secret.yaml": `kind: SecretGenerator\nmetadata: {name: a}\nliterals: ['HOOK=https://hooks.example.com/canary', 'L=${licence}']\n`,
    });
    expect(sourcesOf(root, "k8s/a").remotes).to.deep.equal([]);
    write({
      "k8s/a/kustomization.yaml": "resources: ['https://user:canary@example.org/canary?token=canary']\n",
    });
    const { remotes: found } = sourcesOf(root, "k8s/a");
    expect(() => {
      refuseRemotes(found, []);
    }).to.throw(CouldNotCheck, /https:\/\/example\.org\/\.\.\. \(in k8s\/a\/kustomization\.yaml\)/);
  });

  for (const [title, kustomization] of remotes) {
    it(`is refused where ${title} comes from another host`, () => {
      write({ "k8s/a/kustomization.yaml": `${kustomization}\n` });
      const sources = sourcesOf(root, "k8s/a");
      expect(() => {
        refuseRemotes(sources.remotes, []);
      }).to.throw(CouldNotCheck, "would fetch from another host");
      expect(() => {
        refuseRemotes(sources.remotes, ["http", "git"]);
      }).not.to.throw();
    });
  }
});
