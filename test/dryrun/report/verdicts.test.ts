import { expect } from "chai";
import { describe, it } from "mocha";
import type { ObjectResult, Reason, Verdict } from "../../../dryrun/report/types";
import { decide, parseOverrides, reasons, verdicts } from "../../../dryrun/report/verdicts";
import { object } from "./sampleReport";

const stateAndCode = (objects: ObjectResult[], problem?: string) => {
  const { state, exitCode } = decide(objects, problem);
  return [state, exitCode];
};

/** The table as the issue states it, written out once more. */
const expected: Record<Verdict | Reason, [string, number]> = {
  create: ["changes", 0],
  change: ["changes", 0],
  unchanged: ["no change", 0],
  "removed-from-git": ["changes", 0],
  "would-fail": ["would fail", 1],
  "needs-replace": ["would fail", 1],
  "not-checked": ["not fully checked", 0],
  secret: ["not fully checked", 0],
  "rbac-object": ["not fully checked", 0],
  "new-kind": ["not fully checked", 0],
  "new-namespace": ["not fully checked", 0],
  "no-rights": ["could not check", 2],
  "webhook-without-dry-run": ["could not check", 2],
  "webhook-failed": ["could not check", 2],
  "field-conflict": ["could not check", 2],
  interrupted: ["could not check", 2],
  "server-error": ["could not check", 2],
};

describe("the table of verdicts", () => {
  for (const verdict of Object.keys(verdicts) as Verdict[]) {
    if (verdict === "not-checked") continue;
    it(`says what ${verdict} means`, () => {
      expect(stateAndCode([object({ verdict })])).to.deep.equal(expected[verdict]);
    });
  }

  for (const reason of Object.keys(reasons) as Reason[]) {
    it(`says what it means that an object was not checked because of ${reason}`, () => {
      expect(stateAndCode([object({ verdict: "not-checked", reason })])).to.deep.equal(expected[reason]);
    });
  }

  it("has a row for every verdict and reason", () => {
    expect([...Object.keys(verdicts), ...Object.keys(reasons)]).to.have.members(Object.keys(expected));
  });

  it("lets the worst decide: could not check, would fail, not fully checked, changes, no change", () => {
    const unknown = object({ verdict: "not-checked", reason: "no-rights" });
    const refused = object({ verdict: "would-fail" });
    const secret = object({ verdict: "not-checked", reason: "secret" });
    const all = [object({ verdict: "unchanged" }), object({ verdict: "change" }), secret, refused, unknown];
    const downwards = [5, 4, 3, 2, 1].map((length) => decide(all.slice(0, length), undefined).state);
    expect(downwards).to.deep.equal([
      "could not check",
      "would fail",
      "not fully checked",
      "changes",
      "no change",
    ]);
  });

  it("lets nothing decide that the pull request does not touch, and counts it apart", () => {
    const objects = [
      object({ verdict: "unchanged" }),
      object({ verdict: "would-fail", touched: false }),
      object({ verdict: "change", touched: false }),
      object({ verdict: "not-checked", reason: "no-rights", touched: false }),
    ];
    const { state, exitCode, counts } = decide(objects, undefined);
    expect([state, exitCode]).to.deep.equal(["no change", 0]);
    expect(counts.touched).to.include({ unchanged: 1, "would-fail": 0, change: 0 });
    expect(counts.alreadySo).to.include({ unchanged: 0, "would-fail": 1, change: 1, "not-checked": 1 });
  });

  it("never takes a run that was stopped, or one that looked at nothing, for no change", () => {
    expect(stateAndCode([object({ verdict: "unchanged" })], "the API server went away")).to.deep.equal([
      "could not check",
      2,
    ]);
    expect(stateAndCode([])).to.deep.equal(["could not check", 2]);
  });

  it("refuses an object that was not checked for no reason", () => {
    expect(() => decide([object({ verdict: "not-checked" })], undefined)).to.throw("nothing says why");
  });
});

describe("settings for reasons", () => {
  it("let a pull request pass that the table would fail, and the other way round", () => {
    const overrides = parseOverrides("no-rights=passes, secret=fails");
    const noRights = object({ verdict: "not-checked", reason: "no-rights" });
    const secret = object({ verdict: "not-checked", reason: "secret" });
    expect(decide([noRights], undefined, overrides)).to.include({ state: "not fully checked", exitCode: 0 });
    expect(decide([secret], undefined, overrides)).to.include({ state: "could not check", exitCode: 2 });
  });

  it("are refused with every mistake in one message", () => {
    expect(() =>
      parseOverrides("no-right=passes secret=ignored secret=fails=passes toString=passes"),
    ).to.throw(
      /^"no-right=passes", "secret=ignored", "secret=fails=passes", "toString=passes" must look like REASON=passes/,
    );
  });

  it("can be none", () => {
    expect(parseOverrides("")).to.deep.equal({});
  });
});
