import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { isAnchored } from "../../policy/anchored";

describe("a webhook's pattern", () => {
  for (const pattern of [
    "^a$",
    "^(?:a|b)$",
    "^a$|^b$",
    "^[|]$",
    "^a\\|b$",
    "^a\\\\$",
    "^(a|(b|c))$",
    "^[(]$",
  ]) {
    it(`${pattern} matches whole texts`, () => {
      expect(isAnchored(pattern)).to.equal(true);
    });
  }
  for (const pattern of [
    "",
    "a",
    "^a",
    "a$",
    "^a|b$",
    "^a$|b",
    "^a\\$",
    "^a\\\\\\$",
    "(^a$)",
    "^a$|",
    "(?m)^a$",
  ]) {
    it(`${pattern || "(empty)"} may match inside of others`, () => {
      expect(isAnchored(pattern)).to.equal(false);
    });
  }

  it("counts as anchored only if each alternative is, and then matches nothing with more around it", () => {
    const word = fc.constantFrom("a", "12", "[ab]", "\\d", "\\|", "(?:a|12)", "(a|b)", "[|]", "\\\\", "\\$");
    const words = fc.array(word, { minLength: 1, maxLength: 3 }).map((all) => all.join(""));
    const anchor = (text: string) => fc.oneof({ weight: 4, arbitrary: fc.constant(text) }, fc.constant(""));
    const alternatives = fc.array(fc.tuple(anchor("^"), words, anchor("$")), { minLength: 1, maxLength: 3 });
    const around = fc.array(fc.constantFrom("a", "b", "12", "|", "$", "\\"), { maxLength: 4 });
    fc.assert(
      fc.property(alternatives, around, (parts, text) => {
        const pattern = parts.map((part) => part.join("")).join("|");
        const anchored = parts.every(([first, , last]) => first === "^" && last === "$");
        expect(isAnchored(pattern), pattern).to.equal(anchored);
        if (anchored) expect(new RegExp(pattern).test(`~${text.join("")}~`), pattern).to.equal(false);
      }),
      { numRuns: 1000 },
    );
  });
});
