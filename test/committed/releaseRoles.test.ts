import { expect } from "chai";
import { describe, it } from "mocha";
import { guardManifests } from "../../committed/guard";
import { guardText } from "../../committed/guardText";
import { defaultGuardedKinds } from "../../committed/guardKinds";
import { parseReleaseKinds, refusalOfReleaseKind } from "../../committed/releaseKinds";

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** What a group may do, by the guard with these kinds of releases. */
function rulesOf(group: string, releaseKinds?: string[]): Rule[] {
  const manifests = guardManifests(releaseKinds === undefined ? {} : { releaseKinds });
  const role = manifests.find(({ kind, metadata }) => kind === "ClusterRole" && metadata.name === group);
  return (role?.rules ?? []) as Rule[];
}

const verbsOn = (rules: Rule[], resource: string) =>
  rules.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs);

describe("the role of what applies releases", () => {
  it("is not in the guard of those who apply none", () => {
    expect(rulesOf("release-apply")).to.deep.equal([]);
    expect(guardText()).to.not.include("release-apply");
  });

  it("leaves what the runner may as it is", () => {
    expect(rulesOf("pr-dry-run", ["secrets"])).to.deep.equal(rulesOf("pr-dry-run"));
  });

  it("is bound to its own group, and to no other", () => {
    const binding = guardManifests({ releaseKinds: [] }).at(-1);
    expect(binding).to.deep.include({
      kind: "ClusterRoleBinding",
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "release-apply" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "release-apply" }],
    });
  });

  it("writes the guarded kinds and those of the settings, each by name, and deletes what is in no other's keeping", () => {
    const rules = rulesOf("release-apply", ["secrets", "roles.rbac.authorization.k8s.io"]);
    for (const kind of [...defaultGuardedKinds, "secrets", "roles"])
      expect(verbsOn(rules, kind.split(".")[0]!), kind).to.include.members(["get", "create", "patch"]);
    expect(verbsOn(rules, "deployments")).to.include("delete");
    for (const kind of ["namespaces", "customresourcedefinitions"])
      expect(verbsOn(rules, kind)).to.not.include("delete");
  });

  it("has no wildcard, and no verb by which rights grow", () => {
    const rules = rulesOf("release-apply", ["clusterroles.rbac.authorization.k8s.io"]);
    const words = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect(words.filter((word) => word.includes("*"))).to.deep.equal([]);
    for (const verb of ["escalate", "bind", "impersonate", "update", "deletecollection"])
      expect(words).to.not.include(verb);
  });

  it("looks at pods, events and logs while it waits, and changes none of them", () => {
    const rules = rulesOf("release-apply", []);
    expect(verbsOn(rules, "pods")).to.deep.equal(["get", "list", "watch"]);
    expect(verbsOn(rules, "pods/log")).to.deep.equal(["get"]);
  });

  it("never holds the guard, identities, or what is no object", () => {
    for (const kind of [
      "validatingadmissionpolicies.admissionregistration.k8s.io",
      "flowschemas.flowcontrol.apiserver.k8s.io",
      "certificatesigningrequests.certificates.k8s.io",
      "tokenreviews.authentication.k8s.io",
      "pods.metrics.k8s.io",
      "nodes",
      "pods/exec",
      "*",
      "Deployment",
    ])
      expect(refusalOfReleaseKind(kind), kind).to.be.a("string");
    expect(refusalOfReleaseKind("secrets")).to.equal(undefined);
    expect(() => parseReleaseKinds(["services"], ["nodes", "*"])).to.throw(/nodes: .*\n {2}- \*: /);
  });
});
