import { expect } from "chai";
import { describe, it } from "mocha";
import { overlayKinds } from "../../operations/guardOverlayKinds";

const object = (apiVersion: string, kind: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: x\n`;

describe("the kinds of rendered overlays", () => {
  it("are each named once, with the plural that Kubernetes has for it", () => {
    const rendered = [
      object("v1", "ConfigMap"),
      object("apps/v1", "Deployment"),
      object("networking.k8s.io/v1", "NetworkPolicy"),
      object("networking.k8s.io/v1", "Ingress"),
    ].join("---\n");
    expect(overlayKinds([rendered, object("v1", "ConfigMap")])).to.deep.equal({
      kinds: [
        "configmaps",
        "deployments.apps",
        "ingresses.networking.k8s.io",
        "networkpolicies.networking.k8s.io",
      ],
      refused: [],
      guessed: [],
    });
  });

  it("leave out what the guard never grants, and say why", () => {
    const { kinds, refused } = overlayKinds([
      [object("v1", "Secret"), object("rbac.authorization.k8s.io/v1", "Role"), object("v1", "Service")].join(
        "---\n",
      ),
    ]);
    expect(kinds).to.deep.equal(["services"]);
    expect(refused.map(({ kind }) => kind)).to.deep.equal(["secrets", "roles.rbac.authorization.k8s.io"]);
  });

  it("take the plural of a custom kind from its definition, in whichever overlay that is", () => {
    const definition = `${object("apiextensions.k8s.io/v1", "CustomResourceDefinition")}spec:
  group: example.org
  names: {kind: Mouse, plural: mice}
`;
    expect(overlayKinds([object("example.org/v1", "Mouse"), definition])).to.deep.equal({
      kinds: ["customresourcedefinitions.apiextensions.k8s.io", "mice.example.org"],
      refused: [],
      guessed: [],
    });
  });

  it("say where the plural of a custom kind is a guess", () => {
    const { kinds, guessed } = overlayKinds([object("external-secrets.io/v1", "ExternalSecret")]);
    expect(kinds).to.deep.equal(["externalsecrets.external-secrets.io"]);
    expect(guessed).to.deep.equal(kinds);
  });

  it("are found inside lists too", () => {
    const list = "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: batch/v1, kind: Job}\n";
    expect(overlayKinds([list]).kinds).to.deep.equal(["jobs.batch"]);
  });
});
