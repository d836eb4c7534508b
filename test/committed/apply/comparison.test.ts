import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { compare } from "../../../committed/apply/release/comparison";
import {
  comparisonPage,
  comparisonWarnings,
  type Comparison,
} from "../../../committed/apply/release/comparisonPage";
import type { ShownByPullRequest } from "../../../committed/apply/release/readReviewed";
import { reviewedIn, reviewedLine } from "../../../committed/comment/reviewed";
import type { Standing } from "../../../committed/comment/standing";
import type { ObjectResult } from "../../../dryrun/report/types";
import { object, report } from "../../dryrun/report/sampleReport";

const packed = (objects: ObjectResult[], fields = {}) => ({
  version: 1 as const,
  report: report({ objects, ...fields }),
  shortened: 0,
  leftOut: 0,
});

const standing = (name: string, objects: ObjectResult[]): Standing => ({
  environment: { name, filter: name },
  state: "changes",
  report: packed(objects),
});

/** What a pull request's comment keeps of a dry run of ja-production. */
function shown(number: number, objects: ObjectResult[]): ShownByPullRequest {
  const reviewed = reviewedIn(`## Dry run\n\n${reviewedLine([standing("ja-production", objects)])}\n`);
  if (!reviewed) throw new Error("The line cannot be read.");
  return { number, reviewed };
}

const one = object({ name: "one", diff: "-a\n+b" });
const two = object({ name: "two", diff: "-c\n+d" });

const matchesOf = (objects: ObjectResult[], pullRequests: ShownByPullRequest[]) =>
  compare("ja-production", packed(objects), pullRequests).map(({ object: { name }, match, pullRequest }) =>
    `${name} ${match} ${String(pullRequest ?? "")}`.trim(),
  );

describe("the comparison of a release with what was reviewed", () => {
  it("finds what a pull request showed just so, and tells what differs or was in none", () => {
    const pullRequests = [shown(7, [one]), shown(5, [{ ...two, diff: "-c\n+e" }])];
    expect(matchesOf([one, two, object({ name: "three" })], pullRequests)).to.deep.equal([
      "one as reviewed 7",
      "two differs 5",
      "three too long to compare",
    ]);
    expect(matchesOf([object({ name: "three", diff: "+x" })], pullRequests)).to.deep.equal([
      "three not reviewed",
    ]);
  });

  it("goes by the newest pull request that changes the object", () => {
    const older = { ...one, diff: "-a\n+z" };
    expect(matchesOf([one], [shown(9, [one]), shown(7, [older])])).to.deep.equal(["one as reviewed 9"]);
    expect(matchesOf([one], [shown(9, [older]), shown(7, [one])])).to.deep.equal(["one differs 9"]);
  });

  it("says of drift that nobody reviewed it, though the release does not change the object", () => {
    const drifted = { ...one, touched: false };
    expect(matchesOf([drifted], [shown(7, [two])])).to.deep.equal(["one not reviewed"]);
    // What a pull request only showed as already so was not what was reviewed.
    expect(matchesOf([drifted], [shown(7, [drifted, two])])).to.deep.equal(["one not reviewed"]);
  });

  it("says nothing of what is in the cluster already, unless something else was reviewed", () => {
    const unchanged = object({ name: "one", verdict: "unchanged" });
    expect(matchesOf([unchanged], [])).to.deep.equal([]);
    expect(matchesOf([unchanged], [shown(7, [one])])).to.deep.equal(["one differs 7"]);
  });

  it("leaves what no dry run can tell, and the release does not change, to the release before", () => {
    const secret = object({ kind: "Secret", verdict: "not-checked", reason: "secret", touched: false });
    expect(matchesOf([secret], [])).to.deep.equal(["api same as before"]);
    expect(matchesOf([{ ...secret, touched: true }], [])).to.deep.equal(["api not reviewed"]);
  });

  it("compares Secrets by the names of their keys, and refusals by their verdict", () => {
    const secret = object({ kind: "Secret", verdict: "not-checked", reason: "secret", keysAdded: ["a"] });
    expect(matchesOf([secret], [shown(7, [secret])])).to.deep.equal(["api as reviewed 7"]);
    expect(matchesOf([{ ...secret, keysAdded: ["a", "b"] }], [shown(7, [secret])])).to.deep.equal([
      "api differs 7",
    ]);
    expect(
      matchesOf([object({ verdict: "would-fail" })], [shown(7, [object({ diff: "+a" })])]),
    ).to.deep.equal(["api differs 7"]);
  });

  it("knows of each environment only what was shown of it", () => {
    const reviewed = reviewedIn(reviewedLine([standing("kr-production", [one])]));
    expect(matchesOf([one], reviewed ? [{ number: 7, reviewed }] : [])).to.deep.equal(["one not reviewed"]);
  });
});

describe("the line of a comment that a release is compared with", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 60 });

  it("gives back what was written, and says so where not all had room", () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 60, max: 2_000 }), (some, longest) => {
        const objects = some.map((name) => object({ name, diff: `+${name}` }));
        const text = reviewedLine(
          [standing("ja-production", objects), standing("kr-production", objects)],
          longest,
        );
        expect(text.length).to.be.at.most(longest + 80);
        const reviewed = reviewedIn(`text\n${text}\n`);
        const counts = ["ja-production", "kr-production"].map(
          (name) => reviewed?.environments.get(name)?.size ?? 0,
        );
        if (text !== "") expect(reviewed?.isCut).to.equal(counts.some((count) => count < some.length));
      }),
    );
  });

  it("is none where no object is touched, and none is read from other text", () => {
    expect(reviewedLine([standing("ja-production", [{ ...one, touched: false }])])).to.equal("");
    const forged = `${reviewedLine([standing("ja-production", [one])])}\n\`\`\`\nmore`;
    for (const text of [
      forged,
      "",
      "<!-- eks-dryrun-runner reviewed 2 a=AAAA -->",
      "eks-dryrun-runner reviewed 1",
    ])
      expect(reviewedIn(text)).to.equal(undefined);
  });
});

describe("the page of the comparison", () => {
  const comparison = (objects: ObjectResult[], fields: Partial<Comparison> = {}): Comparison => ({
    commit: "a".repeat(40),
    deletions: "",
    baseTag: "v1.0.0",
    pullRequests: [shown(7, [one])],
    isCut: false,
    environments: [
      {
        name: "ja-production",
        state: "changes",
        objects: compare("ja-production", packed(objects), [shown(7, [one])]),
      },
    ],
    repositoryUrl: "https://github.com/o/r",
    ...fields,
  });

  it("says first whether the release does what was reviewed", () => {
    const page = comparisonPage(comparison([one]), 100_000);
    expect(page).to.match(/^## ✅ The release does what was reviewed\n\nCommit `aaaaaaa`, since `v1\.0\.0`/);
    expect(page).to.include("<details><summary>As reviewed (1)");
    expect(comparisonWarnings(comparison([one]))).to.deep.equal([]);
  });

  it("says above all what is to be deleted, which no pull request has shown", () => {
    const deleting = comparison([one], { deletions: "ConfigMap web/`old`\nsettings" });
    expect(comparisonPage(deleting, 100_000))
      .to.match(/^## ⚠️ The release does not only what was reviewed/)
      .and.to.match(/\n\n\*\*It deletes, if the cluster has it:\*\* `+ ?ConfigMap web\/`old`.?settings/);
    expect(comparisonWarnings(deleting)[0]).to.match(/^It deletes ConfigMap web\/`old`.?settings\.$/);
  });

  it("shows what was not reviewed, with its difference and the pull request", () => {
    const drifted = object({ name: "drift", diff: "-x\n+y", touched: false });
    const both = comparison([{ ...one, diff: "-a\n+q" }, drifted]);
    const page = comparisonPage(both, 100_000);
    expect(page).to.match(/^## ⚠️ The release does not only what was reviewed/);
    expect(page)
      .to.include("### Differs from what was reviewed (1)")
      .and.to.include("(https://github.com/o/r/pull/7)");
    expect(page)
      .to.include("### In no pull request (1)")
      .and.to.include("the cluster differs from the release before");
    expect(page).to.include("```diff\n-x\n+y\n```");
    expect(comparisonWarnings(both)).to.deep.equal([
      "ja-production: not all is as it was reviewed (1 differs, 1 not reviewed). See the summary of this run.",
    ]);
  });

  it("never looks good where there is nothing to compare", () => {
    const nothing = comparison([], {
      environments: [
        { name: "ja-production", problem: "the job is failure, and its job gave no report.", objects: [] },
      ],
    });
    expect(comparisonPage(nothing, 100_000)).to.include("does not only what was reviewed");
    expect(comparisonWarnings(nothing)).to.have.length(1);
    const cut = comparison([one]);
    cut.environments = cut.environments.map((environment) => ({ ...environment, leftOut: 3 }));
    expect(comparisonPage(cut, 100_000)).to.include("does not only what was reviewed");
    expect(comparisonWarnings(cut)[0]).to.include("3 too long to compare");
  });

  it("looks good where nothing is left but what no dry run can tell", () => {
    const secret = object({ kind: "Secret", verdict: "not-checked", reason: "secret", touched: false });
    const page = comparisonPage(comparison([one, secret]), 100_000);
    expect(page).to.match(/^## ✅/);
    expect(page)
      .to.include("<details><summary>Not checked, and the same as in the release before (1)")
      .and.to.not.include("the cluster differs");
  });

  it("says above all that the release is applied nowhere when a dry run of it failed", () => {
    const failed = comparison([], {
      environments: [
        { name: "ja-production", state: "no change", objects: [] },
        { name: "kr-production", state: "could not check", isFailed: true, objects: [] },
      ],
    });
    expect(comparisonPage(failed, 100_000)).to.match(
      /^## 🚫 The release is applied nowhere: its dry run failed in `kr-production`\n/,
    );
    expect(comparisonWarnings(failed)).to.deep.equal([
      "kr-production: the dry run of the release failed (could not check): it is applied nowhere.",
    ]);
  });

  it("names the pull requests of which nobody knows what they showed", () => {
    const page = comparisonPage(
      comparison([one], { pullRequests: [{ number: 8, problem: "its comment is of an older commit" }] }),
      100_000,
    );
    expect(page).to.include("- [#8](https://github.com/o/r/pull/8): its comment is of an older commit");
  });
});
