import { expect } from "chai";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, it } from "mocha";
import { gzipSync } from "node:zlib";
import { collapsed, contentOf, isUntouched, type Results } from "../../../committed/comment/content";
import { longestPage, mostPages, pagesOf } from "../../../committed/comment/pages";
import { standingOf } from "../../../committed/comment/standing";
import type { Needs } from "../../../committed/needs";
import type { JudgedEnvironment } from "../../../committed/outcome";
import { pack } from "../../../dryrun/report/pack";
import type { ObjectResult, Report } from "../../../dryrun/report/types";
import { object, report } from "../../dryrun/report/sampleReport";

const names = ["ja-production", "kr-production", "in-production"];
const environments: JudgedEnvironment[] = [
  { name: "staging", filter: "staging" },
  ...names.map((name) => ({
    name,
    filter: name,
    check: { job: `dryrun-${name}`, enforcement: "report" as const },
  })),
];

/** What a job left behind. */
interface Left {
  result?: string;
  touched?: boolean;
  packed?: string;
}

const fine = (objects: ObjectResult[], fields: Partial<Report> = {}): Report =>
  report({ objects, ...fields });

function resultsOf(left: Record<string, Left>, changed: Partial<Results> = {}, lost: string[] = []): Results {
  const touched = (name: string) => String(left[name]?.touched ?? name in left);
  const needs: Needs = {
    changes: {
      result: "success",
      outputs: Object.fromEntries(environments.map(({ name, filter }) => [filter, touched(name)])),
    },
    ...Object.fromEntries(
      names.map((name) => [
        `dryrun-${name}`,
        { result: left[name]?.result ?? (name in left ? "success" : "skipped") },
      ]),
    ),
    watch: { result: "success", outputs: { "not-started": JSON.stringify(lost) } },
  };
  return {
    standings: environments.map((environment) =>
      standingOf(environment, needs, left[environment.name]?.packed ?? "", 30),
    ),
    isWorkflowChanged: false,
    head: "0123456789abcdef",
    runUrl: "https://github.com/o/r/actions/runs/7",
    attempt: 1,
    jobUrls: { "dryrun-ja-production": "https://github.com/o/r/actions/runs/7/job/70" },
    ...changed,
  };
}

const limits = {
  title: "Dry run of `0123456`",
  rest: "[the page of the run](https://github.com/o/r/actions/runs/7)",
};

const pages = (results: Results) => pagesOf(contentOf(results), limits);
const text = (results: Results) => pages(results).join("");
const packedOf = (name: string, objects: ObjectResult[], fields: Partial<Report> = {}) =>
  pack(fine(objects, { environment: name, ...fields }));
const row = (results: Results, name: string) =>
  text(results)
    .split("\n")
    .find((line) => line.startsWith(`| \`${name}\``));

describe("the comment", () => {
  it("says the worst state of all regions first", () => {
    const change = packedOf("ja-production", [object()]);
    const refused = packedOf("kr-production", [object({ verdict: "would-fail" })]);
    const headline = (left: Record<string, Left>) => text(resultsOf(left)).split("\n")[0];
    expect(headline({ "ja-production": { packed: change } })).to.equal("## ✏️ Dry run: changes");
    expect(headline({ staging: {} })).to.equal("## ⚠️ Dry run: not fully checked");
    expect(
      headline({
        "ja-production": { packed: change },
        "kr-production": { packed: refused, result: "failure" },
      }),
    ).to.equal("## ❌ Dry run: would fail");
    expect(
      headline({ "ja-production": { packed: change }, "kr-production": { result: "cancelled" } }),
    ).to.equal("## 🚫 Dry run: could not check");
  });

  it("has a row for every environment, whatever became of it", () => {
    const results = resultsOf(
      {
        staging: {},
        "ja-production": {
          packed: packedOf("ja-production", [object(), object({ verdict: "create", name: "b" })]),
        },
        "kr-production": { result: "cancelled" },
      },
      {},
      ["kr-production"],
    );
    expect(row(results, "staging")).to.include("⚠️ not fully checked: this pull request touches it, and it");
    expect(row(results, "ja-production")).to.equal(
      "| `ja-production` | ✏️ changes | **1** create, **1** change | nothing | `1.35.1` | 2.3 s | " +
        "[job](https://github.com/o/r/actions/runs/7/job/70) |",
    );
    expect(row(results, "kr-production")).to.include(
      "🚫 could not check: no runner started within 30 minutes. Look with npm run doctor -- --stack kr-production",
    );
    expect(row(results, "in-production")).to.equal(
      "| `in-production` | ➖ not affected by this pull request. |  |  |  |  |  |",
    );
  });

  it("says of a cluster that could not be asked where to look, and counts nothing", () => {
    const problem = "the API server at https://1.example cannot be reached: no connection within 10 s";
    const packed = packedOf("ja-production", [], { guard: "not-reached", problem });
    const results = resultsOf({ "ja-production": { packed, result: "failure" } });
    expect(row(results, "ja-production")).to.equal(
      "| `ja-production` | 🚫 could not check: the cluster could not be asked. Look with npm run doctor -- " +
        "--stack ja-production. |  |  | `1.35.1` | 2.3 s | [job](https://github.com/o/r/actions/runs/7/job/70) |",
    );
    expect(text(results)).to.contain(problem);
  });

  const contradictions: [title: string, left: Left, says: string][] = [
    [
      "a failed job without a report",
      { result: "failure" },
      "the job dryrun-ja-production failed, and its job gave no report.",
    ],
    ["a job that succeeded without a report", {}, "checked, and its job gave no report."],
    ["a cancelled job", { result: "cancelled" }, "was cancelled."],
    ["a job that was skipped", { result: "skipped" }, "was skipped."],
    [
      "a report of all well from a failed job",
      { result: "failure", packed: packedOf("ja-production", [object()]) },
      "failed.",
    ],
    [
      "a report of another region",
      { packed: packedOf("kr-production", [object()]) },
      "about another environment.",
    ],
    ["a report that is no gzip", { packed: "AAAA" }, "cannot be unpacked."],
    ["a report that is too long", { packed: "A".repeat(90_001) }, "is not packed as reports are."],
    [
      "a report that unpacks to far too much",
      { packed: gzipSync(Buffer.alloc(20_000_000)).toString("base64") },
      "cannot be unpacked.",
    ],
    [
      "a report of another form",
      { packed: gzipSync('{"version":1,"report":{}}').toString("base64") },
      "does not have the form",
    ],
  ];
  for (const [title, left, says] of contradictions) {
    it(`takes ${title} for could not check, and says so`, () => {
      const line = row(resultsOf({ "ja-production": left }), "ja-production");
      expect(line).to.include("🚫 could not check");
      expect(line).to.include(says);
    });
  }

  it("says an object once for all regions that say the same of it, byte by byte", () => {
    const same = object({ name: "same", diff: "-a\n+b" });
    const packed = (name: string) =>
      packedOf(name, [
        same,
        object({ name: "own", diff: `+${name}` }),
        object({ name: "old", touched: false }),
      ]);
    const results = resultsOf(Object.fromEntries(names.map((name) => [name, { packed: packed(name) }])));
    const lines = text(results).split("\n");
    const everywhere = "(same in `ja-production`, `kr-production`, `in-production`)";
    expect(lines.filter((line) => line.includes("`Deployment web/same`"))).to.deep.equal([
      `- ✏️ change \`Deployment web/same\` ${everywhere}`,
    ]);
    expect(lines.filter((line) => line.startsWith("- ✏️ change `Deployment web/own`"))).to.deep.equal(
      names.map((name) => `- ✏️ change \`Deployment web/own\` (in \`${name}\`)`),
    );
    const [ofPullRequest, alreadySo] = text(results).split("Already so before this pull request");
    expect(ofPullRequest).not.to.include("web/old");
    expect(alreadySo).to.include(`- ✏️ change \`Deployment web/old\` ${everywhere}`);
  });

  it("says loudly that the pull request changes the dry run itself, and hands on the alerts of the reports", () => {
    const server = { version: "v1.35.1", label: "1_34", labelIsStale: true };
    const packed = packedOf("ja-production", [object()], { server });
    const loud = text(resultsOf({ "ja-production": { packed } }, { isWorkflowChanged: true }));
    expect(loud.indexOf("**This pull request changes the dry run itself**")).to.be.within(
      0,
      loud.indexOf("| Env"),
    );
    expect(loud).to.include("`ja-production`:\n\n> [!WARNING]\n> The EKS version label `1_34` is stale");
    expect(text(resultsOf({ "ja-production": { packed } }))).not.to.include("changes the dry run itself");
  });

  it("says once what is wrong with the guard", () => {
    const guardMessage = "the policy did not deny a real request";
    const packed = packedOf("ja-production", [], { guard: "unguarded", guardMessage, problem: guardMessage });
    const said = text(resultsOf({ "ja-production": { packed, result: "failure" } }));
    expect(said.split(guardMessage)).to.have.length(2);
    expect(said).to.contain("The cluster has no guard in force.");
  });

  it("says how much a report left out", () => {
    const objects = Array.from({ length: 200 }, (_, index) =>
      object({ name: `o${String(index)}`, diff: Array.from({ length: 300 }, () => Math.random()).join() }),
    );
    const said = text(resultsOf({ "ja-production": { packed: packedOf("ja-production", objects) } }));
    expect(said).to.match(
      /`ja-production`: \d+ stand without their difference\. The summary of its job has more\./,
    );
  });

  it("is a line once nothing is touched, unless the dry run itself is", () => {
    expect(isUntouched(resultsOf({}))).to.equal(true);
    expect(isUntouched(resultsOf({}, { isWorkflowChanged: true }))).to.equal(false);
    expect(isUntouched(resultsOf({ staging: {} }))).to.equal(false);
    expect(collapsed(resultsOf({})).trim().split("\n")).to.have.length(1);
  });
});

describe("the comment's pages", () => {
  const section = (items: string[], isFolded = false) => ({
    title: "Things",
    items,
    separator: "\n" as const,
    isFolded,
  });

  it("are cut between objects, number themselves, and count what found no room", () => {
    const items = Array.from({ length: 900 }, (_, index) => `- ${String(index)} ${"ä".repeat(400)}`);
    const cut = pagesOf({ head: "head", sections: [section(items)] }, limits);
    expect(cut).to.have.length(mostPages);
    const shown = cut.flatMap((page) => page.match(/^- \d+ ä{400}$/gm) ?? []);
    expect(shown).to.deep.equal(items.slice(0, shown.length));
    expect(cut[0]).to.include(
      `**${String(900 - shown.length)}** objects or differences are too long for comments`,
    );
    expect(cut[1]).to.match(/^## Dry run of `0123456`, page 2 of 5\n/);
  });

  it("stay below it where every one of many regions has much to warn of", () => {
    const many = Array.from({ length: 30 }, (_, index) => `e${String(index)}`);
    const long = "x".repeat(900);
    const standings = many.map((name) => {
      const fields = {
        environment: name,
        problem: long,
        baseProblem: long,
        guardMessage: long,
        guard: "unguarded" as const,
      };
      const environment = { name, filter: name, check: { job: name, enforcement: "report" as const } };
      const needs = {
        changes: { result: "success", outputs: { [name]: "true" } },
        [name]: { result: "failure" },
      };
      return standingOf(environment, needs, pack(report(fields)), 30);
    });
    const cut = pages({ ...resultsOf({}), standings });
    expect(cut.length).to.be.within(2, mostPages);
    for (const page of cut) expect(page.length).to.be.at.most(longestPage + 300);
  });

  it("stay below GitHub's limit and close what they open, whatever their items are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 30 }),
        fc.boolean(),
        (lengths, isFolded) => {
          const items = lengths.map((length, index) => `- ${String(index)} ${"x".repeat(length)}`);
          const cut = pagesOf(
            { head: "h".repeat(3_000), sections: [section(items, isFolded), section(items)] },
            limits,
          );
          expect(cut.length).to.be.at.most(mostPages);
          for (const page of cut) {
            expect(page.length).to.be.at.most(longestPage + 300);
            expect(page.match(/<details>/g)?.length ?? 0).to.equal(page.match(/<\/details>/g)?.length ?? 0);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("text of a forged report in the comment", () => {
  const markdown = new MarkdownIt({ html: true, linkify: true });
  const hostile = fc
    .array(
      fc.constantFrom(
        ...[
          "`",
          "```",
          "\n",
          "\n\n",
          "</details>",
          "</code>",
          "<img src=x onerror=y>",
          "@org/team ",
          "#12 ",
          "|",
        ],
        ...[
          "[a](https://example.org)",
          "# ",
          "> ",
          "\\",
          "<!--",
          "-->",
          "\u202e",
          "\u001b[31m",
          "| --- |",
          "canary",
        ],
      ),
      { maxLength: 8 },
    )
    .map((parts) => `${parts.join("")}canary`);

  it("stays in its place as code, and makes no mention, link, heading, HTML or row of the table", () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom("change", "would-fail"), (text, verdict) => {
        const forged = object({
          apiVersion: text,
          kind: text,
          namespace: text,
          name: text,
          message: text,
          diff: text,
          verdict,
        });
        const packed = packedOf("ja-production", [forged], {
          problem: text,
          baseProblem: text,
          guardMessage: text,
          guard: "unguarded",
          clusterName: text,
          overlay: text,
          identityProblems: [text],
          uncoveredFiles: [text],
          server: { version: text, label: text, labelIsStale: true },
          kubectl: { version: text },
        });
        const results = resultsOf({ "ja-production": { packed, result: "failure" } });
        const page = markdown.render(pages(results).join(""));
        const outside = page.replace(/<code(?: class="language-\w+")?>[^<]*<\/code>/g, "(code)");
        expect(outside).not.to.include("canary");
        expect(outside).not.to.match(/<(?:img|script|h1)/);
        expect(page.match(/<tr>/g)).to.have.length(environments.length + 1);
      }),
      { numRuns: 100 },
    );
  });
});
