import { expect } from "chai";
import { describe, it } from "mocha";
import { actionProgramText } from "../../committed/action";
import { runJob, type World } from "./jobOnRunner";

const program = actionProgramText();

function object(kind: string, name: string, more = "", apiVersion = "v1"): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: data\n${more}`;
}

function difference(file: string, change: string): string {
  const [live, merged] = [`/tmp/LIVE-123/${file}`, `/tmp/MERGED-456/${file}`];
  return `diff -u -N ${live} ${merged}\n--- ${live}\t2026-11-23\n+++ ${merged}\t2026-11-23\n@@ -1,3 +1,3 @@\n${change}\n`;
}

const web = object("Deployment", "web", "", "apps/v1");
const settings = object("ConfigMap", "settings", "data:\n  mode: new\n");
const settingsDifference = difference("v1.ConfigMap.data.settings", "-  mode: old\n+  mode: new");

function world(rendered: string[], more: Partial<World> = {}): World {
  const text = rendered.join("---\n");
  return {
    overlays: { "k8s/ja-production": text, ".k8s-dryrun-base/k8s/ja-production": text },
    serverMinor: "35",
    ...more,
  };
}

function run(rendered: string[], more: Partial<World> = {}) {
  return runJob(program, world(rendered, more));
}

describe("the action", () => {
  it("ends with 0 and shows the difference where everything would apply", () => {
    const { exitCode, log, summary, commands, leftBehind } = run([web, settings], {
      differences: { settings: settingsDifference },
    });
    expect(exitCode, log).to.equal(0);
    expect(log).to.include("::group::changed: ConfigMap data/settings\n");
    expect(log).to.include("-  mode: old\n+  mode: new");
    expect(log).not.to.include("LIVE-123");
    expect(log).to.include("trocco-production: This would apply: 1 changed, 1 unchanged.");
    expect(summary).to.include("## trocco-production: k8s/ja-production");
    expect(summary).to.include("```diff\n@@ -1,3 +1,3 @@\n-  mode: old");
    expect(commands).to.match(
      /^aws eks update-kubeconfig --name trocco-production --region ap-northeast-1 /m,
    );
    expect(commands).to.include("apply --dry-run=server");
    expect(leftBehind).to.deep.equal([]);
  });

  it("never applies without a dry run", () => {
    const { commands } = run([web, settings], { refusals: { web: "Error from server (Invalid): no" } });
    const applies = commands.split("\n").filter((line) => line.includes(" apply"));
    expect(applies).to.have.length(3);
    for (const line of applies) expect(line).to.include("apply --dry-run=server ");
  });

  it("ends with 1 where the cluster would refuse an object, and still shows the others", () => {
    const { exitCode, log, summary } = run([web, settings], {
      refusals: { web: 'The Deployment "web" is invalid: spec.selector: field is immutable' },
      differences: { settings: settingsDifference },
    });
    expect(exitCode, log).to.equal(1);
    expect(log).to.match(
      /::group::refused: Deployment data\/web\n::stop-commands::.*\nThe Deployment "web" is invalid/,
    );
    expect(log).to.include("::group::changed: ConfigMap data/settings");
    expect(log).to.include("::error::trocco-production: Applying this would fail: 1 changed, 1 refused.");
    expect(summary.indexOf("refused: Deployment")).to.be.within(0, summary.indexOf("changed: ConfigMap"));
  });

  describe("ends with 2, and never says that nothing changes, where", () => {
    const cases: [title: string, run: World, message: string][] = [
      ["the overlay renders to nothing", world([""]), "k8s/ja-production renders to nothing"],
      ["the overlay does not render", world([web], { overlays: {} }), "k8s/ja-production does not render"],
      [
        "only Secrets are rendered",
        world([object("Secret", "token")]),
        "Nothing could be checked: 1 not checked",
      ],
      [
        "the label is no version",
        world([web], { inputs: { "eks-version-label": "135" } }),
        "must look like 1_35",
      ],
      ["an input is missing", world([web], { inputs: { region: "" } }), "the input region is missing"],
      [
        "the cluster is not there",
        world([web], { clusterExists: false }),
        "trocco-production in ap-northeast-1 cannot",
      ],
      [
        "the API server is not reached",
        world([web], { serverMinor: undefined }),
        "trocco-production does not answer",
      ],
      ["the cluster has another version", world([web], { serverMinor: "36+" }), "runs Kubernetes 1.36"],
      ["kubectl is too old", world([web], { clientMinor: "33" }), "more than one minor version away"],
      ["the render is no YAML", world(["a: [\n"]), "is no YAML at line"],
      ["a document is no object", world(["just: text\n"]), "without apiVersion and kind"],
      ["a list could hide Secrets", world([object("SecretList", "all")]), "kind SecretList: write its items"],
      [
        "the runner may not read an object",
        world([web, settings], {
          refusals: { web: 'Error from server (Forbidden): User "runner" cannot get resource "deployments"' },
        }),
        "Not everything could be checked: 1 unchanged, 1 failed.",
      ],
      [
        "a comparison breaks off",
        world([web, settings], { brokenDiffs: ["web"] }),
        "Not everything could be checked: 1 unchanged, 1 failed.",
      ],
    ];
    for (const [title, broken, message] of cases) {
      it(title, () => {
        const { exitCode, log, leftBehind } = runJob(program, broken);
        expect(exitCode, log).to.equal(2);
        expect(log).to.match(/^::error::/m);
        expect(log).to.include(message);
        expect(log).not.to.include("would apply");
        expect(leftBehind).to.deep.equal([]);
      });
    }
  });

  it("sends no Secret to the cluster and prints none of its values", () => {
    const canaries = ["c2VjcmV0LWNhbmFyeQ==", "canary-in-clear", "canary-annotation"];
    const secret = object(
      "Secret",
      "token",
      `  annotations:\n    note: ${canaries[2]}\ndata:\n  a: ${canaries[0]}\nstringData:\n  b: ${canaries[1]}\n`,
    );
    for (const refusals of [undefined, { web: "Error from server (Invalid): no" }]) {
      const { log, summary, sent } = run([secret, web, settings], { refusals });
      for (const canary of canaries) {
        for (const place of [log, summary, sent]) expect(place).not.to.include(canary);
      }
      expect(sent).to.include("kind: Deployment").and.not.to.include("kind: Secret");
      expect(log).to.include("NOT CHECKED: Secret data/token. Secrets are not sent to the cluster.");
      expect(summary).to.include("NOT CHECKED: Secret data/token.");
    }
  });

  describe("prints nothing of a Secret that kustomize quotes, because it cannot read", () => {
    const messages = {
      "a literal":
        "error: loading KV pairs: literal sources [canary]: invalid literal source canary, expected key=value",
      "a line of an env file":
        "error: loading KV pairs: env source files: [a.env]: line [65] has invalid utf8 bytes : canary",
      "a patch":
        "error: trouble configuring builtin PatchTransformer with config: `\npatch: canary\n`: unable to parse",
    };
    for (const [what, renderError] of Object.entries(messages)) {
      it(what, () => {
        const { exitCode, log } = run([], { overlays: {}, renderError });
        expect(exitCode).to.equal(2);
        expect(log).to.include("does not render: error: ").and.not.to.include("canary");
      });
    }
  });

  it("prints nothing of a Secret where the render is broken", () => {
    const { log } = run(["apiVersion: v1\nkind: Secret\nstringData:\n  a: canary-in-clear: {\n"]);
    expect(log).to.include("is no YAML at line").and.not.to.include("canary-in-clear");
  });

  it("says what the change takes out of git, and that it stays in the cluster", () => {
    const { exitCode, log } = run([web], {
      overlays: {
        "k8s/ja-production": web,
        ".k8s-dryrun-base/k8s/ja-production": [web, settings].join("---\n"),
      },
    });
    expect(exitCode, log).to.equal(0);
    expect(log).to.include("Removed from git: ConfigMap data/settings. kubectl apply does not delete it");
  });

  it("takes an overlay that the base has not for a new one", () => {
    const { exitCode, log } = run([web], { overlays: { "k8s/ja-production": web } });
    expect(exitCode, log).to.equal(0);
    expect(log).not.to.include("::warning::");
  });

  it("says so where nobody knows what is removed", () => {
    const { exitCode, log } = run([web], {
      overlays: { "k8s/ja-production": web, ".k8s-dryrun-base/k8s/ja-production": "a: [\n" },
    });
    expect(exitCode, log).to.equal(0);
    expect(log).to.include("::warning::trocco-production: The base does not render");
  });

  it("calls objects of a namespace that comes with the same change not checked", () => {
    const namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: data\n";
    const refusals = { settings: 'Error from server (NotFound): namespaces "data" not found' };
    const together = run([namespace, settings], { refusals });
    expect(together.exitCode, together.log).to.equal(0);
    expect(together.log).to.include(
      "NOT CHECKED: ConfigMap data/settings. Its namespace comes with the same change.",
    );
    const alone = run([web, settings], { refusals });
    expect(alone.exitCode, alone.log).to.equal(1);
  });

  it("gives the text of others no way to command GitHub", () => {
    const { log } = run([web], { refusals: { web: "::error::forged\n::add-mask::a" } });
    const [, token] = /::stop-commands::(\S+)\n::error::forged/.exec(log) ?? [];
    expect(token).to.match(/^[0-9a-f-]{36}$/);
    expect(log).to.include(`::add-mask::a\n::${String(token)}::\n`);
  });
});
