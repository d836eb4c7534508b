import { expect } from "chai";
import { describe, it } from "mocha";
import type { CommandResult } from "../../dryrun/command";
import { diff } from "../../dryrun/diff";
import { parseObjects } from "../../dryrun/kubernetesObjects";

const objects = parseObjects(`apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: data}
---
apiVersion: v1
kind: Namespace
metadata: {name: data}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
`);

function section(file: string, lines: string): string {
  return `diff -u -N /tmp/LIVE-1/${file} /tmp/MERGED-2/${file}\n--- /tmp/LIVE-1/${file}\n+++ /tmp/MERGED-2/${file}\n${lines}`;
}

/** Answers for all objects together with the first result, then for each alone with the others in turn. */
function kubectlSaying(...results: Partial<CommandResult>[]) {
  const left = [...results];
  return () => ({ exitCode: 0, stdout: "", stderr: "", ...left.shift() });
}

function states(...results: Partial<CommandResult>[]) {
  return diff(kubectlSaying(...results), objects).map(({ state, text }) => [state, text]);
}

describe("a comparison with the cluster", () => {
  it("finds each object in one answer, whatever its group and namespace", () => {
    const stdout = [
      section("apps.v1.Deployment.data.web", "-  replicas: 1\n+  replicas: 2\n"),
      section("v1.Namespace..data", "+  label: a\n"),
      section("v1.ConfigMap.default.settings", "+  b: c\n"),
    ].join("");
    expect(states({ exitCode: 1, stdout })).to.deep.equal([
      ["changed", "-  replicas: 1\n+  replicas: 2"],
      ["changed", "+  label: a"],
      ["changed", "+  b: c"],
    ]);
  });

  it("takes an object that is not in the answer for unchanged", () => {
    const stdout = section("v1.Namespace..data", "+  label: a\n");
    expect(states({ exitCode: 1, stdout }).map(([state]) => state)).to.deep.equal([
      "unchanged",
      "changed",
      "unchanged",
    ]);
  });

  it("leaves out the copy of the object that kubectl apply keeps in it", () => {
    const stdout = section(
      "v1.Namespace..data",
      '@@ -1 +1 @@\n     kubectl.kubernetes.io/last-applied-configuration: |\n       {"apiVersion":"v1"}\n+  label: a\n',
    );
    expect(states({ exitCode: 1, stdout })[1]).to.deep.equal(["changed", "@@ -1 +1 @@\n+  label: a"]);
  });

  it("asks for each object alone where the answer is about something unknown", () => {
    const stdout = section("v1.Unknown.data.thing", "+  a: b\n");
    const alone = section("v1.Namespace..data", "+  label: a\n");
    expect(states({ exitCode: 1, stdout }, {}, { exitCode: 1, stdout: alone }, {})).to.deep.equal([
      ["unchanged", ""],
      ["changed", "+  label: a"],
      ["unchanged", ""],
    ]);
  });

  it("asks for each object alone where kubectl says that there is a difference and shows none", () => {
    const other = { exitCode: 1, stdout: "some other form of difference" };
    expect(states({ exitCode: 1 }, {}, other, {})[1]).to.deep.equal([
      "changed",
      "some other form of difference",
    ]);
  });

  it("lets the failure of one hide no other", () => {
    expect(
      states({ exitCode: 2 }, {}, { exitCode: 2, stderr: "no" }, {}).map(([state]) => state),
    ).to.deep.equal(["unchanged", "failed", "unchanged"]);
  });
});
