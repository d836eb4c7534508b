import { expect } from "chai";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, it } from "mocha";
import { summaryOf } from "../../../dryrun/report/markdown";
import type { ObjectResult, Report } from "../../../dryrun/report/types";
import { object, report } from "./sampleReport";

const roomy = 900_000;
const summary = (fields: Partial<Report>) => summaryOf(report(fields), roomy);
const lineOf = (fields: Partial<ObjectResult>) =>
  summary({ objects: [object(fields)] })
    .split("\n")
    .find((line) => /^- .*(?:Deployment|Secret)/.test(line));

describe("the report as Markdown", () => {
  it("says the state first", () => {
    const states = [
      [object({ verdict: "unchanged" })],
      [object({ verdict: "change" })],
      [object({ verdict: "not-checked", reason: "secret" })],
      [object({ verdict: "would-fail" })],
      [object({ verdict: "not-checked", reason: "no-rights" })],
    ].map((objects) => summary({ objects }).split("\n")[0]);
    expect(states).to.deep.equal([
      "## ✅ `ja-production`: no change",
      "## ✏️ `ja-production`: changes",
      "## ⚠️ `ja-production`: not fully checked",
      "## ❌ `ja-production`: would fail",
      "## 🚫 `ja-production`: could not check",
    ]);
  });

  it("counts what the pull request does apart from what was already so", () => {
    const text = summary({
      objects: [
        object({ verdict: "create" }),
        object({ verdict: "change" }),
        object({ verdict: "change" }),
        object({ verdict: "would-fail", touched: false, name: "broken" }),
        object({ verdict: "unchanged", touched: false }),
      ],
    });
    expect(text).to.contain("- This pull request: **1** create, **2** change\n");
    expect(text).to.contain("- Already so before it: **1** unchanged, **1** would-fail\n");
    const [ofPullRequest, alreadySo] = text.split("Already so before this pull request");
    expect(ofPullRequest).to.not.contain("broken");
    expect(alreadySo).to.contain("would-fail `Deployment web/broken`");
  });

  it("gives each object one line with the reason, the server's words and the names of a Secret's keys", () => {
    expect(lineOf({ verdict: "not-checked", reason: "new-namespace" })).to.equal(
      "- ⚠️ not-checked `Deployment web/api`: The pull request itself adds its namespace.",
    );
    expect(lineOf({ verdict: "would-fail", message: "spec.replicas:\n  Invalid value" })).to.equal(
      "- ❌ would-fail `Deployment web/api`: `spec.replicas: Invalid value`",
    );
    expect(
      lineOf({
        kind: "Secret",
        verdict: "not-checked",
        reason: "secret",
        keysAdded: ["a", "b"],
        keysRemoved: ["c"],
      }),
    ).to.equal(
      "- ⚠️ not-checked `Secret web/api`: Secrets are not sent to the cluster. Keys added: `a`, `b`. Keys removed: `c`.",
    );
    expect(lineOf({ verdict: "removed-from-git" })).to.contain("kubectl apply does not delete it");
  });

  it("lists the worst first and gives the same text for any order of the objects", () => {
    const objects = [
      object({ name: "b", verdict: "change" }),
      object({ name: "a", verdict: "change" }),
      object({ name: "c", verdict: "would-fail" }),
    ];
    const names = [...summary({ objects }).matchAll(/^- .*web\/(\w)`/gm)].map(([, name]) => name);
    expect(names).to.deep.equal(["c", "a", "b"]);
    expect(summary({ objects: [...objects].reverse() })).to.equal(summary({ objects }));
  });

  it("folds differences, and shows a message of several lines whole", () => {
    const text = summary({ objects: [object({ diff: "-a\n+b\n", message: "one\ntwo" })] });
    expect(text).to.contain(
      "<details><summary>✏️ change <code>Deployment web/api</code></summary>\n\n" +
        "```text\none\ntwo\n```\n\n```diff\n-a\n+b\n```\n\n</details>",
    );
  });

  it("says at the top that the label is stale, and what to change", () => {
    const server = { version: "v1.35.1-eks-1", label: "1_34", labelIsStale: true };
    const text = summary({ server });
    expect(text.indexOf("is stale")).to.be.lessThan(text.indexOf("This pull request"));
    expect(text).to.contain("label `1_34` is stale: the cluster runs `v1.35.1-eks-1`. Set it to `1_35`");
    expect(summary({})).to.not.contain("is stale");
  });

  it("says at the top that the run was allowed without a guard", () => {
    const text = summary({ guard: "unguarded", allowUnguarded: true });
    expect(text.indexOf("--allow-unguarded")).to.be.lessThan(text.indexOf("This pull request"));
    expect(text).to.contain("The cluster has no guard in force");
    expect(summary({})).to.not.contain("unguarded");
  });

  it("says what stopped the run, what the identity may do too much, and which files no filter covers", () => {
    const text = summary({
      problem: "the API server does not answer",
      identityProblems: ["it may read secrets"],
      uncoveredFiles: ["common/labels.yaml"],
    });
    expect(text).to.contain("```text\nthe API server does not answer\n```");
    expect(text).to.contain("- `it may read secrets`");
    expect(text).to.contain("- `common/labels.yaml`");
  });
});

describe("the length of the report as Markdown", () => {
  const many = Array.from({ length: 400 }, (_, index) =>
    object({ name: `api-${String(index).padStart(3, "0")}`, diff: `-${"ä".repeat(500)}\n+b` }),
  );

  it("is never above the one given, with whole objects and how many of how many are shown", () => {
    for (const maxBytes of [16_384, 40_000, 65_000, 200_000]) {
      const text = summaryOf(report({ objects: many }), maxBytes);
      expect(Buffer.byteLength(text)).to.be.at.most(maxBytes);
      const shown = text.match(/```diff\n-ä{500}\n\+b\n```\n\n<\/details>/g)?.length ?? 0;
      expect(text.match(/<details>/g)?.length ?? 0).to.equal(shown);
      expect(text.match(/```diff/g)?.length ?? 0).to.equal(shown);
      const lines = text.match(/^- ✏️ change/gm)?.length ?? 0;
      if (lines < many.length)
        expect(text).to.contain(`Objects of this pull request (${String(lines)} of 400 shown`);
      if (maxBytes === 200_000) {
        expect(shown).to.be.greaterThan(100);
        expect(text).to.contain(`Differences and messages (${String(shown)} of 400 shown`);
      }
    }
  });

  it("leaves out a difference that is too long for itself and shows the shorter ones", () => {
    const text = summaryOf(
      report({
        objects: [object({ name: "a", diff: "+long\n".repeat(10_000) }), object({ name: "b", diff: "+b" })],
      }),
      20_000,
    );
    expect(text).to.contain("(1 of 2 shown");
    expect(text).to.contain("+b");
    expect(text).to.not.contain("+long");
  });

  it("holds whatever is in the report", () => {
    fc.assert(
      fc.property(fc.array(hostileObject, { maxLength: 30 }), hostileText, (objects, text) => {
        const long = text.repeat(300);
        const candidate = report({
          objects,
          problem: long,
          guard: "unguarded",
          guardMessage: long,
          environment: long,
          overlay: long,
          clusterName: long,
          identityProblems: [long, text],
          uncoveredFiles: Array.from({ length: 300 }, () => text),
        });
        expect(Buffer.byteLength(summaryOf(candidate, 16_384))).to.be.at.most(16_384);
      }),
      { numRuns: 30 },
    );
  });
});

const canary = "canary";

const hostileText = fc
  .array(
    fc.constantFrom(
      ...[
        "`",
        "```",
        "````",
        "~~~",
        "\n",
        "\r",
        "\n\n",
        "</details>",
        "</summary>",
        "</code>",
        "<img src=x onerror=y>",
      ],
      ...[
        "@org/team ",
        "#12 ",
        "[a](https://example.org)",
        "https://example.org ",
        "# ",
        "- ",
        "> ",
        "|",
        "***",
        "\\",
      ],
      ...[
        "<!--",
        "-->",
        "<script>",
        "&lt;",
        "::error::",
        "\u001b[31m",
        "\u202e",
        "\u0000",
        "\u2028",
        "    ",
        "\t",
      ],
      ...["![a](b)", "<a href=x>", "$x$", ":tada:", "\ud800", canary, "[^1]", "---", "==="],
    ),
    { maxLength: 12 },
  )
  .map((parts) => `${parts.join("")}${canary}`);

const hostileObject = fc
  .record({
    apiVersion: hostileText,
    kind: hostileText,
    namespace: hostileText,
    name: hostileText,
    message: hostileText,
    diff: hostileText,
    keys: fc.array(hostileText, { maxLength: 3 }),
    touched: fc.boolean(),
    verdict: fc.constantFrom("change", "would-fail", "removed-from-git"),
  })
  .map(({ keys, ...fields }) => object({ ...fields, keysAdded: keys, keysRemoved: keys }));

describe("text of others in the report as Markdown", () => {
  const markdown = new MarkdownIt({ html: true, linkify: true });

  /** The page as a browser gets it, without what is shown as code. */
  const outsideOfCode = (text: string) =>
    markdown.render(text).replace(/<code(?: class="language-\w+")?>[^<]*<\/code>/g, "(code)");

  it("stays in its place as code, and makes no mention, link, heading, HTML or Markdown", () => {
    fc.assert(
      fc.property(fc.array(hostileObject, { minLength: 1, maxLength: 4 }), hostileText, (objects, text) => {
        const page = outsideOfCode(
          summary({
            objects,
            problem: text,
            guard: "cannot-prove",
            guardMessage: text,
            environment: text,
            overlay: text,
            clusterName: text,
            server: { version: text, label: text, labelIsStale: true },
            kubectl: { version: text },
            identityProblems: [text],
            uncoveredFiles: [text],
          }),
        );
        expect(page).to.not.contain(canary);
        expect(page).to.not.match(/<(?!\/?(?:h2|h3|p|ul|li|strong|pre|blockquote|details|summary)>)/);
        const opened = page.match(/<details>/g)?.length ?? 0;
        expect(page.match(/<\/details>/g)?.length ?? 0).to.equal(opened);
        expect(page.match(/<h[23]>/g)).to.have.length.at.most(6);
      }),
      { numRuns: 300 },
    );
  });

  it("cannot act on a terminal, hide itself or turn the direction of writing", () => {
    const text = summary({
      objects: [object({ name: "a\u001b[2Jb\u202ec\u0000", diff: "+\u001b[31m\r+x\u2066" })],
    });
    expect(text).to.contain("a\\u001b[2Jb\\u202ec\\u0000");
    expect(text).to.contain("+\\u001b[31m\\u000d+x\\u2066");
  });

  it("stands in a fence that is longer than any run of backticks within", () => {
    const text = summary({ objects: [object({ diff: "+a\n`````\n+b" })] });
    expect(text).to.contain("``````diff\n+a\n`````\n+b\n``````\n");
  });
});
