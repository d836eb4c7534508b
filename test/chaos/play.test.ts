import { expect } from "chai";
import { describe, it } from "mocha";
import { difference } from "./play";

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
