import { expect } from "chai";
import { describe, it } from "mocha";
import { protectionProblems, type FoundProtection, type WantedProtection } from "../../components/protection";

const wanted: WantedProtection = {
  reviewers: { users: [583231, 7], teams: [4711] },
  branch: "main",
  tags: ["v*", "release-*"],
};
const asWanted: FoundProtection = {
  reviewers: [{ users: [7, 583231], teams: [4711] }],
  preventSelfReview: true,
  canAdminsBypass: false,
  deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
  policies: [
    { type: "tag", pattern: "release-*" },
    { type: "branch", pattern: "main" },
    { type: "tag", pattern: "v*" },
  ],
};

/** What somebody may have changed by hand, and what is said of it. */
const changes: [what: string, change: Partial<FoundProtection>, sentence: RegExp][] = [
  ["no reviewers", { reviewers: [] }, /reviewers are nobody, expected team:4711, user:583231, user:7/],
  ["a reviewer less", { reviewers: [{ users: [7], teams: [4711] }] }, /reviewers are team:4711, user:7,/],
  ["a reviewer more", { reviewers: [{ users: [7, 8, 583231], teams: [4711] }] }, /user:8/],
  ["self-review", { preventSelfReview: false }, /may approve it/],
  ["the administrators' bypass", { canAdminsBypass: true }, /administrators/],
  [
    "any protected branch",
    { deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: false } },
    /every protected branch/,
  ],
  [
    "another branch",
    { policies: [...asWanted.policies, { type: "branch", pattern: "*" }] },
    /lets in the branch \*/,
  ],
  [
    "a tag's pattern as a branch's",
    { policies: [{ type: "branch", pattern: "v*" }] },
    /the branch v\*, expected/,
  ],
  ["no refs", { policies: [] }, /lets in no ref/],
];

describe("an environment's protection that is read back", () => {
  it("is in force as it was made, in whatever order GitHub lists it", () => {
    expect(protectionProblems(wanted, asWanted)).to.deep.equal([]);
  });

  for (const [what, change, sentence] of changes) {
    it(`is not in force with ${what}`, () => {
      const problems = protectionProblems(wanted, { ...asWanted, ...change });
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(sentence);
    });
  }

  it("is not in force where GitHub says nothing of it, and all of it is said at once", () => {
    expect(protectionProblems(wanted, { policies: [] })).to.have.length(5);
  });
});
