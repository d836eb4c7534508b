import { expect } from "chai";
import { describe, it } from "mocha";
import { argumentsFromInputs, readOptions } from "../../dryrun/options";
import { optionTable } from "../../dryrun/optionTable";

const needed = ["--overlay", "k8s/a", "--base", "main", "--kubeconfig", "k", "--eks-version-label", "1_35"];

describe("the options of a dry run", () => {
  it("are the same on a command line and as inputs of the action", () => {
    const inputs = {
      INPUT_OVERLAY: "k8s/a",
      INPUT_BASE: "main",
      INPUT_KUBECONFIG: "k",
      "INPUT_EKS-VERSION-LABEL": "1_35",
      INPUT_PATHS: "k8s/a/**\nk8s/base/**\n",
      "INPUT_ALLOW-UNGUARDED": "true",
      "INPUT_SERVER-SIDE": "false",
    };
    expect(readOptions(argumentsFromInputs(inputs))).to.deep.equal(
      readOptions([...needed, "--paths", "k8s/a/**", "--paths", "k8s/base/**", "--allow-unguarded"]),
    );
  });

  const wrong: [title: string, args: string[], problem: RegExp][] = [
    [
      "nothing is given",
      [],
      /^overlay is missing; eks-version-label is missing; either kubeconfig.*base is missing/,
    ],
    ["an option is unknown", [...needed, "--prune"], /unknown option '--prune'/],
    ["the label is a number", [...needed, "--eks-version-label", "135"], /must look like 1_35/],
    ["the overlay is elsewhere", [...needed, "--overlay", "../other"], /inside of the repository/],
    ["only half of a pair is given", [...needed, "--server-side"], /must be given together/],
    ["a kubectl has no checksum", [...needed, "--kubectl", "/usr/bin/kubectl"], /must be given together/],
    [
      "a kubectl's version has no checksum",
      [...needed, "--kubectl-version", "v1.36.1"],
      /kubectl-version is "v1.36.1" and must look like v1\.36\.1=SHA256/,
    ],
    ["the time is none", [...needed, "--timeout", "soon"], /timeout must be a number/],
    ["a reason is unknown", [...needed, "--gate", "mood=passes"], /gate: "mood=passes" must look like/],
  ];
  for (const [title, args, problem] of wrong) {
    it(`are refused with one message where ${title}`, () => {
      expect(() => readOptions(args)).to.throw(problem);
    });
  }

  it("have a name once, and a description each", () => {
    const names = optionTable.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const { description, name } of optionTable) expect(description, name).to.have.length.above(20);
  });
});
