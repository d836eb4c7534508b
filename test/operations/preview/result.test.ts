import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { packResult, unpackResult } from "../../../operations/preview/result";

describe("the result of a preview, carried by an output of the job", () => {
  it("arrives as it was", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.string({ unit: "grapheme", maxLength: 2_000 }), (succeeded, output) => {
        expect(unpackResult(packResult({ succeeded, output }))).to.deep.equal({ succeeded, output });
      }),
    );
  });

  it("is one line that fits into GitHub's limit, whatever was printed, and keeps the end", () => {
    const noise = Array.from({ length: 400_000 }, (_, index) =>
      String.fromCodePoint(32 + ((index * 7919) % 9000)),
    ).join("");
    const packed = packResult({ succeeded: false, output: `${noise} the diagnostics` });
    expect(packed).to.match(/^[\w+/=]+$/);
    expect(packed.length).to.be.below(1_000_000);
    expect(unpackResult(packed)?.output).to.match(/ the diagnostics$/);
  });

  it("is not mistaken for one where there is none", () => {
    for (const other of [undefined, "", "no base64 at all", Buffer.from("{}").toString("base64")])
      expect(unpackResult(other)).to.equal(undefined);
  });
});
