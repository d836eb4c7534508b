import { expect } from "chai";
import { describe, it } from "mocha";
import { parseAllDocuments } from "yaml";
import { guardManifests } from "../../committed/guard";
import { guardText } from "../../committed/guardText";
import { defaultGuardedKinds, parseGuardedKinds } from "../../committed/guardKinds";
import type { Manifest } from "../../committed/guardManifest";

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const isRole = ({ kind }: Manifest) => kind === "ClusterRole" || kind === "Role";
const rulesOf = (manifest: Manifest) => manifest.rules as Rule[];

describe("the guard's manifests", () => {
  it("put the policy into force before anybody gets rights", () => {
    expect(guardManifests().map(({ kind }) => kind)).to.deep.equal([
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
      "PriorityLevelConfiguration",
      "FlowSchema",
      "ClusterRole",
      "ClusterRoleBinding",
    ]);
  });

  it("deny the group everything but dry runs of creates and updates, as forbidden and not as invalid", () => {
    const { spec } = guardManifests()[0] as unknown as {
      spec: {
        failurePolicy: string;
        matchConstraints: { resourceRules: object[] };
        validations: { expression: string; reason: string; message: string }[];
      };
    };
    expect(spec.failurePolicy).to.equal("Fail");
    expect(spec.matchConstraints.resourceRules).to.deep.equal([
      { apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"], scope: "*" },
    ]);
    expect(spec.validations.map(({ expression }) => expression)).to.deep.equal([
      'request.operation in ["CREATE", "UPDATE"]',
      "has(request.dryRun) && request.dryRun",
      '!has(request.subResource) || request.subResource == ""',
    ]);
    for (const { reason, message } of spec.validations) {
      expect(reason).to.equal("Forbidden");
      expect(message).to.match(/^pr-dry-run may /);
    }
  });

  it("grant get, create and patch of enumerated kinds, and nothing else", () => {
    const rules = guardManifests().filter(isRole).flatMap(rulesOf);
    for (const { apiGroups, resources, verbs } of rules) {
      expect(["get", "create", "patch"]).to.include.members(verbs);
      for (const name of [...apiGroups, ...resources, ...verbs]) expect(name).not.to.match(/[*/]/);
      expect(resources).not.to.include("secrets");
      expect(apiGroups).not.to.include.members(["rbac.authorization.k8s.io"]);
    }
  });

  for (const options of [
    { kinds: ["deployments.apps"] },
    { kinds: ["deployments.apps"], namespaces: ["team"] },
    { kinds: ["namespaces"] },
  ]) {
    it(`grant create on namespaces to the probe, with ${JSON.stringify(options)}`, () => {
      const clusterRole = guardManifests(options).find(({ kind }) => kind === "ClusterRole");
      const granted = rulesOf(clusterRole as Manifest).some(
        ({ resources, verbs }) => resources.includes("namespaces") && verbs.includes("create"),
      );
      expect(granted).to.equal(true);
    });
  }

  it("confine the rights to namespaces: there the kinds that live in one, in the cluster the others", () => {
    const manifests = guardManifests({
      kinds: ["configmaps", "priorityclasses.scheduling.k8s.io", "widgets.example.org"],
      namespaces: ["one", "two"],
    });
    const granted = manifests
      .filter(isRole)
      .map((role) => [role.metadata.namespace, rulesOf(role).flatMap(({ resources }) => resources)]);
    expect(granted).to.deep.equal([
      [undefined, ["priorityclasses", "namespaces"]],
      ["one", ["configmaps", "widgets"]],
      ["two", ["configmaps", "widgets"]],
    ]);
    const bindings = manifests.filter(({ kind }) => kind.endsWith("RoleBinding"));
    expect(bindings.map(({ kind, metadata }) => [kind, metadata.namespace])).to.deep.equal([
      ["ClusterRoleBinding", undefined],
      ["RoleBinding", "one"],
      ["RoleBinding", "two"],
    ]);
  });

  it("bind the group and nobody else", () => {
    for (const { subjects } of guardManifests({ namespaces: ["one"] }).filter(({ kind }) =>
      kind.endsWith("Binding"),
    )) {
      if (subjects === undefined) continue;
      expect(subjects).to.deep.equal([
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "pr-dry-run" },
      ]);
    }
  });

  it("keep dry runs to a share of the API server that they cannot exceed", () => {
    const [level, schema] = ["PriorityLevelConfiguration", "FlowSchema"].map((wanted) =>
      guardManifests().find(({ kind }) => kind === wanted),
    );
    expect(level).to.have.nested.property("spec.limited.borrowingLimitPercent", 0);
    expect(schema).to.have.nested.property("spec.priorityLevelConfiguration.name", level?.metadata.name);
    expect(schema).to.have.nested.property("spec.rules[0].subjects[0].group.name", "pr-dry-run");
  });

  it("are, as text, the same objects in the same order", () => {
    const documents = parseAllDocuments(guardText()).map((document) => document.toJS() as unknown);
    expect(documents).to.deep.equal(guardManifests());
  });

  it("are the same whatever the order in which the kinds are named", () => {
    const kinds = ["services", "deployments.apps", "jobs.batch", "configmaps", "services"];
    expect(guardText({ kinds })).to.equal(guardText({ kinds: [...kinds].reverse() }));
  });

  it("refuse what is no name of a Namespace, and none at all", () => {
    expect(() => guardManifests({ namespaces: ["Team_A"] })).to.throw("Team_A");
    expect(() => guardManifests({ namespaces: [] })).to.throw("no namespace");
  });
});

describe("the kinds that the guard grants", () => {
  const refused = {
    secrets: "the right to patch is the right to read",
    "*": "wildcard",
    "*.apps": "wildcard",
    "deployments.*": "wildcard",
    "pods/exec": "subresource",
    "deployments.apps/scale": "subresource",
    nodes: "kubelet",
    bindings: "scheduler",
    "roles.rbac.authorization.k8s.io": "hands out rights",
    "clusterrolebindings.rbac.authorization.k8s.io": "hands out rights",
    "validatingadmissionpolicies.admissionregistration.k8s.io": "the guard itself",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": "the guard itself",
    "tokenreviews.authentication.k8s.io": "admission does not see it",
    "subjectaccessreviews.authorization.k8s.io": "admission does not see it",
    "apiservices.apiregistration.k8s.io": "other servers",
    "flowschemas.flowcontrol.apiserver.k8s.io": "starving",
    "certificatesigningrequests.certificates.k8s.io": "identities",
    "pods.metrics.k8s.io": "past the guard",
    "pods.custom.metrics.k8s.io": "past the guard",
    Deployment: "is written <plural>.<group>",
    "deployments.apps.": "is written <plural>.<group>",
    "": "is written <plural>.<group>",
    "secrets ": "is written <plural>.<group>",
  };

  for (const [kind, reason] of Object.entries(refused)) {
    it(`are never ${JSON.stringify(kind)}`, () => {
      expect(() => parseGuardedKinds(["configmaps", kind])).to.throw(reason);
    });
  }

  it("are all named in one message where several are wrong", () => {
    expect(() => parseGuardedKinds(["secrets", "configmaps", "pods/log"])).to.throw(
      /secrets: [^]*pods\/log: /,
    );
  });

  it("are at least one", () => {
    expect(() => parseGuardedKinds([])).to.throw("name at least one kind");
  });

  it("are by default none that is refused, each once", () => {
    expect(parseGuardedKinds(defaultGuardedKinds)).to.have.length(defaultGuardedKinds.length);
  });
});
