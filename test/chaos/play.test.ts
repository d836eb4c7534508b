import { expect } from "chai";
import { describe, it } from "mocha";
import { mayNameCommitBefore, withCommitNamed } from "./commitBefore";
import { difference, type Case } from "./play";

describe("the comparison with an undisturbed run", () => {
  it("finds nothing in the same lines, whatever their order", () => {
    expect(difference(["a", "b"], ["b", "a"])).to.deep.equal([]);
  });

  it("finds what is there once too often, what is missing, and what is otherwise", () => {
    expect(difference(["subnet a"], ["subnet a", "subnet a"])).to.deep.equal(["too many: subnet a"]);
    expect(difference(["subnet a", "role b"], ["role b"])).to.deep.equal(["missing: subnet a"]);
    expect(difference(["rule 443"], ["rule 22"])).to.deep.equal(["missing: rule 443", "too many: rule 22"]);
  });
});

describe("the comparison after an update of a file that got no answer", () => {
  const file = (number: number, more = "") =>
    `resources {"commitSha":"(commit ${String(number)} "main: eks-dryrun-runner: a.yml")"${more}}`;

  it("is for that fault at that operation alone", () => {
    const at = (operation: string, name: string) =>
      mayNameCommitBefore({ operation, fault: { name } } as Case);
    expect(at("github PUT contents (update)", "lost answer")).to.equal(true);
    expect(at("github PUT contents (update)", "HTTP 500")).to.equal(false);
    expect(at("github PUT contents (create)", "lost answer")).to.equal(false);
  });

  it("takes the commit before of the same file for the right one, and no other", () => {
    expect(withCommitNamed([file(2)], [file(1)])).to.deep.equal([file(2)]);
    expect(withCommitNamed([file(3)], [file(1)])).to.deep.equal([file(1)]);
    expect(withCommitNamed([file(2)], [file(1).replace("a.yml", "b.yml")])).to.not.deep.equal([file(2)]);
  });

  it("forgives nothing beside it", () => {
    expect(withCommitNamed([file(2)], [file(1, ',"content":"other"')])).to.not.deep.equal([file(2)]);
    expect(withCommitNamed([file(2)], [file(1).replace("resources", "files")])).to.not.deep.equal([file(2)]);
  });
});
