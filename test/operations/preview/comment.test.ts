import { expect } from "chai";
import { describe, it } from "mocha";
import { comment } from "../../../operations/preview/comment";
import { commentText } from "../../../operations/preview/commentText";
import type { PreviewResult } from "../../../operations/preview/result";
import { Conversation } from "../../committed/comment/conversation";

const source = { head: "0123456789abcdef", runUrl: "https://github.com/o/r/actions/runs/1" };
const output = `Previewing update:
  + aws:ec2/subnet:Subnet: (create)
      cidrBlock: "10.20.96.0/27"
Resources:
    + 1 to create
    24 unchanged

`;
const good: PreviewResult = { succeeded: true, output };
const bad: PreviewResult = { succeeded: false, output: "Diagnostics:\n  error: aws:region is missing\n" };

async function commented(conversation: Conversation, results: Record<string, PreviewResult | undefined>) {
  conversation.head ||= source.head;
  return comment({ github: conversation.api(), pullRequest: 7, source, results });
}

describe("the comment of a preview", () => {
  it("says how much would be created, changed and deleted, with the differences folded below", () => {
    const text = commentText("kr-production", good, source);
    expect(text).to.include("+ 1 to create\n24 unchanged");
    expect(text.indexOf("<details>")).to.be.greaterThan(text.indexOf("+ 1 to create"));
    expect(text).to.include("0123456").and.include(source.runUrl);
  });

  it("shows what a failing preview said, unfolded", () => {
    const text = commentText("kr-production", bad, source);
    expect(text).to.include("❌ The preview failed").and.include("error: aws:region is missing");
    expect(text).to.not.include("<details>");
  });

  it("says that there is none where the job broke off before it", () => {
    expect(commentText("kr-production", undefined, source)).to.include("broke off before it");
  });

  it("stays below GitHub's limit, and keeps the end of what failed", () => {
    const lines = Array.from({ length: 9_000 }, (_, index) => `line ${String(index)} of many`).join("\n");
    for (const succeeded of [true, false]) {
      const text = commentText("kr-production", { succeeded, output: `${lines}\nthe last` }, source);
      expect(text.length).to.be.below(65_536);
      expect(text).to.match(/\d+ lines are left out here/);
      expect(text.includes("the last")).to.equal(!succeeded);
    }
  });

  it("lets nothing of the output act: no mention, link, HTML or end of its block", () => {
    const hostile = "```\n@everyone <img src=x> [a](https://example.com)\n\u001b[31m";
    const text = commentText("kr-production", { succeeded: false, output: hostile }, source);
    expect(text)
      .to.match(/^````text\n/m)
      .and.include("\\u001b");
  });
});

describe("the comments of a run of previews", () => {
  it("are one a stack, edited in their place by every push", async () => {
    const conversation = new Conversation();
    await commented(conversation, { "ja-production": good, "kr-production": bad });
    expect(conversation.writes).to.deep.equal(["create", "create"]);
    await commented(conversation, { "ja-production": good, "kr-production": good });
    expect(conversation.comments).to.have.length(2);
    expect(conversation.comments[1]?.body).to.include("🍹 Preview of");
  });

  it("leave alone what others wrote, though it looks like theirs", async () => {
    const conversation = new Conversation();
    conversation.add("somebody", commentText("kr-production", good, source));
    await commented(conversation, { "kr-production": bad });
    expect(conversation.comments[0]?.body).to.include("🍹");
    expect(conversation.comments).to.have.length(2);
  });

  it("are not written by a run that a newer push has superseded", async () => {
    const conversation = new Conversation();
    conversation.head = "fedcba9876543210";
    expect(await commented(conversation, { "kr-production": good })).to.equal(false);
    expect(conversation.comments).to.deep.equal([]);
  });
});
