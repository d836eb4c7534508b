import { expect } from "chai";
import * as fc from "fast-check";
import { describe, it } from "mocha";
import { parseJson } from "../../dryrun/kubernetes/json";

describe("JSON of the cluster", () => {
  it("keeps integers apart that JavaScript would round to the same", () => {
    expect(parseJson('{"a":1234567890123456789,"b":[-1234567890123456780,9007199254740993]}')).to.deep.equal({
      a: "1234567890123456789",
      b: ["-1234567890123456780", "9007199254740993"],
    });
  });

  it("is read as JSON is, with texts that look like such numbers as they are", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[\\"\d:,{}. -]{0,60}$/));
    const small = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isShort));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        text,
        small,
        fc.boolean(),
        fc.array(tie("tree")),
        fc.dictionary(text, tie("tree")),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const written = JSON.stringify(value);
        expect(parseJson(written)).to.deep.equal(JSON.parse(written));
      }),
    );
  });
});

function isShort(number: number): boolean {
  return !/\d{16}/.test(JSON.stringify(number));
}
