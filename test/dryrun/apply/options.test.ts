import { expect } from "chai";
import { describe, it } from "mocha";
import { applyOptionTable, readApplyOptions } from "../../../dryrun/apply/options";

const needed = ["--repository=.", "--overlay=k8s/a", "--kubeconfig=k", "--eks-version-label=1_35"];

describe("the options of an apply", () => {
  it("are those of a dry run without a base, and what is to be deleted", () => {
    const options = readApplyOptions([
      ...needed,
      "--environment=ja-production",
      "--paths=k8s/a/**",
      "--delete=Deployment.apps web/api, ConfigMap web/old,ClusterRole.rbac.authorization.k8s.io system:a:b",
    ]);
    expect(options).to.deep.include({ repository: ".", environment: "ja-production", rolloutTimeout: 600 });
    expect(options?.deletions).to.deep.equal([
      { kind: "Deployment", group: "apps", namespace: "web", name: "api" },
      { kind: "ConfigMap", group: "", namespace: "web", name: "old" },
      { kind: "ClusterRole", group: "rbac.authorization.k8s.io", namespace: "", name: "system:a:b" },
    ]);
  });

  it("take an empty list of names as none", () => {
    expect(readApplyOptions([...needed, "--delete="])?.deletions).to.deep.equal([]);
  });

  const wrong: [title: string, args: string[], problem: RegExp][] = [
    [
      "nothing is given",
      [],
      /^repository is missing; overlay is missing; eks-version-label is missing; either kubeconfig/,
    ],
    ["a base is given", [...needed, "--base=main"], /unknown option '--base=main'/],
    ["a name has no kind", [...needed, "--delete=api"], /delete: name 1 must look like/],
    ["a name is a pattern", [...needed, "--delete=ConfigMap web/*"], /delete: name \d must look like/],
    ["a name climbs", [...needed, "--delete=ConfigMap web/.."], /must look like/],
    [
      "a namespace is named",
      [...needed, "--delete=Namespace web"],
      /all that is in it would be deleted with it/,
    ],
    [
      "the definition of a kind is named",
      [...needed, "--delete=CustomResourceDefinition.apiextensions.k8s.io widgets.example.org"],
      /all objects of its kind would be deleted with it/,
    ],
    ["the time is none", [...needed, "--rollout-timeout=0"], /rollout-timeout must be a number of seconds/],
  ];
  for (const [title, args, problem] of wrong)
    it(`are refused with one message where ${title}`, () => {
      expect(() => readApplyOptions(args)).to.throw(problem);
    });

  it("have a name once, and a description each", () => {
    const names = applyOptionTable.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const { description, name } of applyOptionTable) expect(description, name).to.have.length.above(15);
  });
});
