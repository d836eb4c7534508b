import { expect } from "chai";
import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, it } from "mocha";
import { FragmentIndex, pieceLength, step } from "../../../dryrun/redaction/fragmentIndex";
import type { Span } from "../../../dryrun/redaction/spans";

// Few characters, so that pieces come again in other texts and at other places. Not all are ASCII.
const letters = fc.string({ unit: fc.constantFrom("a", "b", "é", "漢"), maxLength: 60, size: "max" });
const repeated = fc.tuple(letters, fc.nat(20)).map(([part, times]) => part.repeat(times).slice(0, 200));
const whole = fc.oneof(letters, repeated, fc.stringMatching(/^[a-z\d]{0,90}$/, { size: "max" }));

/** Added texts, and one that has parts of them in it, cut off anywhere, some with another character in the middle. */
const searches = fc.array(whole, { maxLength: 25 }).chain((wholes) => {
  const part = fc
    .tuple(fc.nat(Math.max(0, wholes.length - 1)), fc.nat(100), fc.nat(100))
    .map(([which, start, length]) => (wholes[which] ?? "").slice(start, start + length));
  const changed = fc
    .tuple(part, fc.nat(100))
    .map(([each, at]) => `${each.slice(0, at)}-${each.slice(at + 1)}`);
  const text = fc.array(fc.oneof(part, changed, whole, fc.constantFrom("a", "b", "-")), { maxLength: 12 });
  return fc.record({ wholes: fc.constant(wholes), text: text.map((parts) => parts.join("")) });
});

describe("the index of fragments", () => {
  it("finds what a search finds that compares each place of a text with each piece", () => {
    let found = 0;
    fc.assert(
      fc.property(searches, ({ wholes, text }) => {
        const expected = searched(wholes, text);
        found += expected.size;
        expect(new Set(new FragmentIndex(wholes).find(text).map(named))).to.deep.equal(expected);
      }),
      { numRuns: 2_000 },
    );
    expect(found).to.be.above(500);
  });

  it("finds 23 characters of a text, wherever they are cut out of it", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z\d]{23,200}$/), fc.nat(200), (text, cut) => {
        const start = cut % (text.length - 22);
        const span = { start: 1, end: 24 };
        expect(new FragmentIndex([text]).find(`-${text.slice(start, start + 23)}-`)).to.deep.equal([span]);
      }),
    );
  });

  it("finds each of very many pieces and nothing else, though some of their hashes are the same", () => {
    const count = 200_000;
    const noise = noiseOf(2 * count * pieceLength);
    const pieces = Array.from({ length: 2 * count }, (_, at) =>
      noise.slice(at * pieceLength, (at + 1) * pieceLength),
    );
    const index = new FragmentIndex(pieces.slice(0, count));
    const missed = pieces.slice(0, count).filter((piece) => index.find(piece).length !== 1);
    const wrong = pieces.slice(count).filter((piece) => index.find(piece).length > 0);
    expect({ missed, wrong }).to.deep.equal({ missed: [], wrong: [] });
  }).timeout(60_000);

  it("finds a long text in itself in time that grows with its length alone", () => {
    const long = noiseOf(400_000);
    const start = performance.now();
    const spans = new FragmentIndex([long]).find(long);
    expect(spans).to.deep.equal([{ start: 0, end: long.length }]);
    expect(performance.now() - start).to.be.lessThan(2_000);
  });
});

/** Characters that do not repeat. */
function noiseOf(length: number): string {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(length / 2)).toString("hex");
}

function named({ start, end }: Span): string {
  return `${String(start)}-${String(end)}`;
}

/** At each place of the text the last piece that is there, and what is the same around it. */
function searched(wholes: string[], text: string): Set<string> {
  const pieces = [...wholes]
    .sort()
    .flatMap((each) => [...each].map((_, at) => ({ each, at })))
    .filter(({ each, at }) => at % step === 0 && at + pieceLength <= each.length)
    .reverse();
  const matches = new Set<string>();
  for (let position = 0; position < text.length; position += 1) {
    const piece = pieces.find(({ each, at }) => text.startsWith(each.slice(at, at + pieceLength), position));
    if (!piece) continue;
    const { each, at } = piece;
    let [start, end] = [position, position + pieceLength];
    while (start > 0 && text[start - 1] === each[at - (position - start) - 1]) start -= 1;
    while (end < text.length && text[end] === each[at + end - position]) end += 1;
    matches.add(named({ start, end }));
  }
  return matches;
}
