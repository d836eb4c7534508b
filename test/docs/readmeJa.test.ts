import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { costsSummary } from "../../docs/costs";
import { inJapanese, japanese, phraseOf } from "../../docs/japanese";
import { readmeJapaneseWritten } from "../../docs/readme";
import { settingsMarkdown } from "../../docs/settings";
import { anchor, headings, page } from "./markdown";
import { differences, untranslated } from "./translation";

const english = page("README.md").text;
const translation = page("README.ja.md").text;

/** What follows the title: a link to the other language. */
const linkToJapanese = /^\[日本語\]\(README\.ja\.md\)$/m;
const linkToEnglish = /^\[English\]\(README\.md\).*$/m;

/** The page with a part replaced, which must be in it. */
function changed(text: string, part: string, by: string): string {
  expect(text).to.include(part);
  return text.replace(part, () => by);
}

describe("the Japanese README", () => {
  it("has the sections, tables, commands, links and numbers of the English one (mend: translate what it lacks)", () => {
    const [ours, theirs] = [english.replace(linkToJapanese, ""), translation.replace(linkToEnglish, "")];
    expect(differences(ours, theirs)).to.deep.equal([]);
  });

  it("is in Japanese, in every paragraph", () => {
    expect(untranslated(translation)).to.deep.equal([]);
  });

  it("links to the English one at its top, and is linked from there", () => {
    expect(english.split("\n")[2]).to.match(linkToJapanese);
    expect(translation.split("\n")[2]).to.match(linkToEnglish);
  });

  it("lists in its contents all parts behind them", () => {
    const [contents = "", ...parts] = headings(translation)
      .filter(({ level }) => level === 2)
      .map(({ title }) => title);
    const listed = translation.split(`## ${contents}\n\n`)[1]?.split("\n\n")[0];
    expect(listed).to.equal(parts.map((title) => `- [${title}](#${anchor(title)})`).join("\n"));
  });

  it("has no two headings of the same anchor", () => {
    const anchors = headings(translation).map(({ title }) => anchor(title));
    expect(anchors).to.have.lengthOf(new Set(anchors).size);
  });

  it("has the settings and the costs as their sources have them now (mend: npm run docs)", async () => {
    expect(translation).to.equal(await readmeJapaneseWritten(translation));
  });
});

describe("the Japanese of the sources", () => {
  it("has nothing that no source says any more", () => {
    const said = new Set<string>();
    const record = (english: string) => {
      said.add(phraseOf(english));
      return english;
    };
    settingsMarkdown(record);
    costsSummary(record);
    expect(Object.keys(japanese)).to.have.members([...said]);
  });

  it("is asked for when the English is new or has changed", () => {
    expect(() => inJapanese("Days for which build logs are thrown away.")).to.throw("no Japanese");
  });
});

describe("the comparison of the two", () => {
  /** What it says when the English README has changed in one place, and its counterpart has not. */
  const found = (part: string, by: string) => differences(changed(english, part, by), english);
  const lacking = "is lacking in the translation";
  const surplus = "is in the translation only";
  const problems = (part: string, by: string) => found(part, by).map((text) => text.split(": ")[1]);

  it("says that a section is lacking", () => {
    const [first] = found("\n## Outputs\n", "\n## Limits\n\nThere are none.\n\n## Outputs\n");
    expect(first).to.match(/^"Limits": is lacking in the translation: .*There are none/);
  });

  it("says that a row is lacking", () => {
    const row = "| `npm run doctor` ";
    const said = found(row, `| \`npm run nurse\` | Heals. |\n${row}`);
    expect(said).to.deep.equal([
      `"Working on the program": ${lacking}: tr: \`npm run nurse\` |  ( | Heals.)`,
    ]);
  });

  it("says that a command is another one, in a code block or in a sentence", () => {
    expect(problems("npm run init-stacks\n", "npm run init-all\n")).to.deep.equal([lacking, surplus]);
    expect(problems("`pulumi preview -s <stack>`", "`pulumi preview`")).to.deep.equal([lacking, surplus]);
  });

  it("says that a number is another one, in digits or in words", () => {
    expect(problems("3,000 changed", "2,000 changed")).to.deep.equal([lacking, surplus]);
    expect(problems("up to two minutes", "up to five minutes")).to.deep.equal([lacking, surplus]);
  });

  it("says that a heading has another level", () => {
    expect(problems("\n### Policy rules", "\n## Policy rules")).to.deep.equal([lacking, surplus]);
  });

  it("says that a link leads elsewhere, or that a picture is another one", () => {
    expect(problems("(docs/verdicts.md) lists", "(docs/policy.md) lists")).to.deep.equal([lacking, surplus]);
    expect(problems("(docs/report.png)", "(docs/comment.png)")).to.deep.equal([lacking, surplus]);
    expect(problems("(#settings) lists", "(#outputs) lists")).to.deep.equal([
      "links to another section in the translation",
    ]);
  });

  it("says that any line is lacking", () => {
    const lines = english.split("\n");
    const alone = lines.flatMap((line, index) =>
      /^(?:\||#|- |\d\. |!|<!--|npm |pulumi )/.test(line) ? [index] : [],
    );
    fc.assert(
      fc.property(fc.constantFrom(...alone), (index) => {
        expect(differences(lines.toSpliced(index, 1).join("\n"), english)).to.have.lengthOf.at.least(1);
      }),
      { numRuns: 15 },
    );
  });

  it("says what was left in English", () => {
    expect(
      untranslated(changed(translation, "順序は問いません。", "Any order works here. ")),
    ).to.have.lengthOf(1);
    expect(untranslated(changed(translation, "## 撤去する", "## Removal"))).to.have.lengthOf(1);
    expect(untranslated(changed(translation, "**フォーク。** ", "**フォーク。**"))).to.have.lengthOf(1);
  });
});
