import { expect } from "chai";
import { describe, it } from "mocha";
import { identityOf, isSecret, parseObjects, titleOf } from "../../dryrun/kubernetesObjects";

function only(text: string) {
  const [object] = parseObjects(text);
  if (!object) throw new Error("There is no object.");
  return object;
}

describe("the objects of a rendered overlay", () => {
  it("keep the very text that kustomize wrote", () => {
    const first =
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  number: '1_000'\n  text: |\n    ---\n";
    const second =
      "apiVersion: v1\nkind: Thing\nmetadata:\n  name: b\nspec:\n  big: 12345678901234567890\n  octal: 0o14\n";
    expect(parseObjects(`${first}---\n${second}`).map(({ text }) => text)).to.deep.equal([first, second]);
  });

  it("do not count empty documents and comments", () => {
    expect(parseObjects("# nothing\n---\n---\n# here\n")).to.deep.equal([]);
  });

  it("are the same ones in every version of their group, and others in another group", () => {
    const ingress = (version: string) => only(`apiVersion: ${version}\nkind: Ingress\nmetadata: {name: a}\n`);
    expect(identityOf(ingress("networking.k8s.io/v1"))).to.equal(
      identityOf(ingress("networking.k8s.io/v1beta1")),
    );
    expect(identityOf(ingress("networking.k8s.io/v1"))).not.to.equal(
      identityOf(ingress("extensions/v1beta1")),
    );
  });

  it("are Secrets only in the core group", () => {
    expect(isSecret(only("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"))).to.equal(true);
    expect(isSecret(only("apiVersion: example.com/v1\nkind: Secret\nmetadata: {name: a}\n"))).to.equal(false);
    expect(
      isSecret(only("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a}\n")),
    ).to.equal(false);
  });

  it("are called by kind, namespace and name", () => {
    expect(titleOf(only("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"))).to.equal("Namespace a");
    expect(titleOf(only("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n"))).to.equal(
      "Pod b/a",
    );
  });

  it("are called without what no name may have: it could give GitHub commands, or leave its place in Markdown", () => {
    const name = JSON.stringify("a\n::error::b`<b>");
    expect(titleOf(only(`apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n`))).to.equal(
      "Pod a?::error::b??b?",
    );
  });
});
