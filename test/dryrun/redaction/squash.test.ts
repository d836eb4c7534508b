import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { lettersOf, squash } from "../../../dryrun/redaction/squash";

describe("the letters and digits of a text", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.stringMatching(/^[ -~]*$/),
    fc.constantFrom("\\n", "\\\\u0041", "\\x41", "\r\n", "é", "\u0080", "\u007f", "_", "\uD800", "²"),
  );
  const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(""));

  it("are the same without their places", () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(lettersOf(each)).to.equal(squash(each).letters);
      }),
      { numRuns: 1_000 },
    );
  });

  it("are those between quotes, escapes, line breaks and signs", () => {
    expect(lettersOf('"ab\\n c-1"')).to.equal("abc1");
    expect(lettersOf("a+b/c=\n_1")).to.equal("abc1");
    expect(lettersOf("\\\\u0041é")).to.equal("Aé");
  });
});
