import { expect } from "chai";
import { describe, it } from "mocha";
import { attacksPage } from "../../docs/attacks";
import { securityWritten } from "../../docs/security";
import { pullRequestAttacks } from "../attacks/pullRequests/table";
import { releaseAttacks } from "../attacks/releases/table";
import { page, section } from "./markdown";

/** In backticks, and of another kind. */
const notAttacks = ["pr-dry-run", "guard-proof", "webhook-actor"];

/** Headings over parts that have their tests, and advice. */
const shownElsewhere = [
  "A stolen credential of a runner",
  "What is accepted",
  "The GitHub credential of CodeBuild",
  "A secret (`githubSecretArn`)",
  "The account's default credential (`githubDefaultCredential`)",
  "Why the connection is the default",
];

describe("docs/security.md", () => {
  const { text } = page("docs/security.md");
  const part = (heading: string) => section({ path: "docs/security.md", text }, heading);
  const attackers = [
    "Somebody who may push a branch",
    "Somebody who may only fork",
    "A compromised action",
    "A stolen credential of a runner",
  ].map(part);
  const reasons = ["A changed workflow", "A poisoned runner"].map(part);

  it("has the runner's actions as their table has them now (mend: npm run docs)", async () => {
    expect(text).to.equal(await securityWritten(text));
  });

  const attacks = pullRequestAttacks();

  it("names no attack that there is not, and those that it accepts where it says why", () => {
    const names = new Set(attacks.map(({ name }) => name));
    const parts = [part("Who attacks"), ...attackers, ...reasons].join();
    const named = [...parts.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)+)`/g)].map(([, name = ""]) => name);
    const unknown = named.filter((name) => !names.has(name) && !notAttacks.includes(name));
    expect(unknown).to.deep.equal([]);
    for (const { name, verdict } of attacks) {
      if (verdict.is !== "accepted") continue;
      expect(part(verdict.reason), name).to.include(`\`${name}\``);
    }
  });

  it("leaves no attack unnamed but those that fetch in other spellings", () => {
    const unnamed = attacks.filter(({ name }) => !text.includes(`\`${name}\``) && !name.startsWith("fetch-"));
    expect(unnamed.map(({ name }) => name)).to.deep.equal([]);
  });

  it("names in each section the tests or attacks that show what it claims, but where another section does", () => {
    const names = new Set([...attacks.map(({ name }) => name), ...ofReleases]);
    const shows = (text: string) =>
      text.includes("`test/") ||
      [...text.matchAll(/`([a-z0-9-]+)`/g)].some(([, name = ""]) => names.has(name));
    const headings = [...text.matchAll(/^##+ (.+)$/gm)].map(([, heading = ""]) => heading);
    expect(headings.filter((heading) => !shows(part(heading)))).to.deep.equal(shownElsewhere);
  });

  const ofReleases = releaseAttacks.map(({ name }) => name);

  it("names each attack on releases, and those that it accepts where it says what a thief can do", () => {
    const families = /^(start-with|release-role|delete)-/;
    const unnamed = ofReleases.filter((name) => !text.includes(`\`${name}\``) && !families.test(name));
    expect(unnamed).to.deep.equal([]);
    for (const { name, verdict } of releaseAttacks) {
      if (verdict.is !== "accepted") continue;
      expect(part(verdict.reason), name).to.include(`\`${name}\``);
    }
  });

  it("has each attack once", () => {
    const names = attacks.map(({ name }) => name);
    expect(names).to.have.length(new Set(names).size).and.above(39);
    expect(ofReleases)
      .to.have.length(new Set([...names, ...ofReleases]).size - names.length)
      .and.above(19);
  });
});

describe("docs/attacks.md", () => {
  it("has the attacks as their table has them now (mend: npm run docs)", async () => {
    expect(page("docs/attacks.md").text).to.equal(await attacksPage());
  });
});
