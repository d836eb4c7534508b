import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { table } from "../../deployments/permissions/calls";
import type { RecordedRequest } from "./deployedWorld";
import { playDemo, type PlayedDemo } from "./playedDemo";

describe("pull requests on this program, with npm run demo -- --infra-pr", function () {
  // The first start on a machine builds the engine, which takes minutes.
  this.timeout(900_000);
  let demo: PlayedDemo;
  let requests: RecordedRequest[] = [];

  before(async () => {
    demo = await playDemo(`infra-pr-${String(process.pid)}`, "--infra-pr");
    requests = readFileSync(join(demo.folder.aws(), "requests.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as RecordedRequest)
      .filter(({ role }) => role?.includes("eks-dryrun-runner-preview"));
  });
  after(() => demo.forget());

  it("show a comment for each stack: what the change of one country's file and of what all share would do", () => {
    const shown = demo.part("Korea: builds may take an hour");
    for (const [stack, updates] of [
      ["ja-production", 1],
      ["kr-production", 2],
      ["in-production", 1],
    ] as const)
      expect(shown).to.match(
        new RegExp(`🍹 Preview of \`${stack}\`[^]*?~ ${String(updates)} to update[^]*? nothing was changed`),
      );
  });

  it("show in the comment of a preview that fails which setting is wrong and what is expected", () => {
    const shown = demo.part("India: end builds after three minutes");
    expect(shown).to.match(/❌ The preview failed: `in-production`[^]*buildTimeoutMinutes[^]*5 to 2160/);
    expect(shown).to.match(/🍹 Preview of `kr-production`/);
  });

  it("bring the same comments up to date when the author mends it", () => {
    const shown = demo.part("The author pushes once more");
    expect(shown).to.include("🍹 Preview of `in-production`");
    expect(shown).to.not.include("❌");
  });

  it("hold nothing that may write, though somebody writes another workflow", () => {
    const shown = demo.part("Tidy the preview up");
    expect(shown).to.include("not authorized to perform: codebuild:DeleteProject");
    expect(shown).to.include("you do not have permission to modify this stack");
    const refused = requests.filter(({ status }) => status >= 400);
    expect(new Set(refused.map(({ operation }) => operation))).to.deep.equal(new Set(["DeleteProject"]));
  });

  it("look at AWS only as the table of calls says that previews do", () => {
    const looks = new Set(
      table.filter(({ by }) => by.operations.includes("look")).map(({ action }) => action),
    );
    const made = new Set(
      requests
        .filter(({ status }) => status < 400)
        .map(({ service, operation }) => `${service}:${operation}`),
    );
    expect(made.size).to.be.greaterThan(5);
    expect([...made].filter((action) => !looks.has(action))).to.deep.equal([]);
  });

  it("leave a page with the comments as GitHub shows them", () => {
    const text = demo.page();
    expect(text).to.match(/Preview of <code>kr-production<\/code>/);
    expect(text).to.match(/The preview failed: <code>in-production<\/code>/);
  });
});
