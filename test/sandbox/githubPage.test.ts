import { expect } from "chai";
import { describe, it } from "mocha";
import { githubPage } from "../../sandbox/demo/githubPage";

const bodyOf = (markdown: string) => githubPage(markdown, "Title").split("<article>")[1] ?? "";

describe("a page in GitHub's look", () => {
  it("shows alerts by their kind, without the marker", () => {
    const html = bodyOf("> [!WARNING]\n> The label `1_33` is stale.\n");
    expect(html).to.include('<blockquote class="alert warning" data-title="Warning">');
    expect(html).to.include("<p>The label <code>1_33</code> is stale.</p>").and.not.to.include("[!");
  });

  it("leaves a quotation that is no alert a quotation", () => {
    expect(bodyOf("> [!NONE]\n> text\n")).to.include("<blockquote>\n<p>[!NONE]\ntext</p>");
  });

  it("colours diffs line by line, and folds details", () => {
    const html = bodyOf(
      "<details><summary>change <code>a</code></summary>\n\n```diff\n@@ -1 +1 @@\n-<a>\n+b\n c\n```\n\n</details>\n",
    );
    expect(html).to.include("<details><summary>change <code>a</code></summary>");
    expect(html).to.include('<span class="hunk">@@ -1 +1 @@</span>\n<span class="removed">-&lt;a&gt;</span>');
    expect(html).to.include('<span class="added">+b</span>\n c</code></pre>');
  });

  it("shows tables", () => {
    expect(bodyOf("| a | b |\n| --- | --- |\n| 1 | 2 |\n")).to.include("<td>2</td>");
  });

  it("takes out the HTML that GitHub takes out, and comments", () => {
    const html = bodyOf(
      "a <script>alert(1)</script> <img src=x onerror=y> <b>c</b>\n\n<!-- marker -->\n\n<details open onclick=z>d</details>\n",
    );
    expect(html).to.match(/a alert\(1\) {2}<b>c<\/b>/);
    expect(html).not.to.match(/script|img|marker|onclick/);
  });

  it("needs nothing but itself, and is light or dark as the reader's browser is", () => {
    const html = githubPage("text", "A <title>");
    expect(html).to.include("<title>A &lt;title&gt;</title>").and.to.include("prefers-color-scheme: dark");
    expect(html).not.to.match(/https?:|src=|@import|url\(/);
  });
});
