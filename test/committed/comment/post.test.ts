import { expect } from "chai";
import { describe, it } from "mocha";
import { marked, markerOf, withNote } from "../../../committed/comment/marker";
import { ownAuthor, post, type Post } from "../../../committed/comment/post";
import { markStale } from "../../../committed/comment/stale";
import { Conversation } from "./conversation";

const bot = "github-actions[bot]";
const own = { head: "b2", run: 20, attempt: 1 };
const old = { head: "a1", run: 10, attempt: 1 };

function conversationWith(pages: number, identity = old): Conversation {
  const conversation = new Conversation();
  conversation.head = own.head;
  for (let page = 1; page <= pages; page += 1) {
    conversation.add(bot, marked({ ...identity, page, pages }, `old ${String(page)}`));
  }
  return conversation;
}

const task = (conversation: Conversation, changes: Partial<Post> = {}): Post => ({
  github: conversation.api(),
  pullRequest: 1,
  own,
  pages: ["one", "two"],
  onlyInPlace: false,
  isAlone: () => Promise.resolve(true),
  isGenuine: () => Promise.resolve(true),
  sleep: () => Promise.resolve(),
  log: () => undefined,
  ...changes,
});

const texts = (conversation: Conversation) => conversation.comments.map(({ body }) => body.split("\n")[1]);
const failing = (error: object) => () => Promise.reject(Object.assign(new Error("no"), error));

describe("posting the comment", () => {
  it("changes older comments in their place and deletes the leftovers", async () => {
    const conversation = conversationWith(3);
    expect(await post(task(conversation))).to.equal("posted");
    expect(texts(conversation)).to.deep.equal(["one", "two"]);
    expect(conversation.writes).to.deep.equal(["update 101", "update 102", "delete 103"]);
  });

  it("replaces them by new ones while another run is under way", async () => {
    const conversation = conversationWith(1);
    expect(await post(task(conversation, { isAlone: () => Promise.resolve(false) }))).to.equal("posted");
    expect(texts(conversation)).to.deep.equal(["one", "two"]);
    expect(conversation.writes).to.deep.equal(["create", "create", "delete 101"]);
  });

  it("writes nothing twice", async () => {
    const conversation = conversationWith(0);
    await post(task(conversation));
    const written = conversation.writes.length;
    expect(await post(task(conversation))).to.equal("posted");
    expect(conversation.writes).to.have.length(written);
  });

  it("leaves alone what others wrote, also if it looks like its own", async () => {
    const conversation = conversationWith(0);
    conversation.add("mallory", marked({ ...old, page: 1, pages: 1 }, "forged"));
    conversation.add(bot, "of another workflow");
    await post(task(conversation));
    expect(conversation.comments.map(({ author }) => author)).to.deep.equal(["mallory", bot, bot, bot]);
    expect(conversation.writes).to.deep.equal(["create", "create"]);
  });

  for (const newer of [
    { head: "c3", run: 21, attempt: 1 },
    { head: "b2", run: 21, attempt: 1 },
    { head: "b2", run: 20, attempt: 2 },
  ]) {
    it(`never touches the result of run ${String(newer.run)}, attempt ${String(newer.attempt)}, for ${newer.head}`, async () => {
      const conversation = conversationWith(2, newer);
      expect(await post(task(conversation))).to.equal("superseded");
      expect(conversation.writes).to.deep.equal([]);
    });
  }

  it("puts its own text in the place of what names a run that there is not", async () => {
    const conversation = conversationWith(1, { head: "b2", run: 999, attempt: 1 });
    expect(await post(task(conversation, { isGenuine: () => Promise.resolve(false) }))).to.equal("posted");
    expect(texts(conversation)).to.deep.equal(["one", "two"]);
  });

  it("puts its own text in the place of what somebody else wrote in its name", async () => {
    const conversation = conversationWith(2, own);
    expect(await post(task(conversation))).to.equal("posted");
    expect(texts(conversation)).to.deep.equal(["one", "two"]);
  });

  it("writes nothing when a newer commit is there", async () => {
    const conversation = conversationWith(1);
    conversation.head = "c3";
    expect(await post(task(conversation))).to.equal("superseded");
    expect(conversation.writes).to.deep.equal([]);
  });

  it("makes no comment that says nothing is touched, but puts it in the place of one that is there", async () => {
    const [none, some] = [conversationWith(0), conversationWith(2)];
    const collapsed = { pages: ["nothing"], onlyInPlace: true };
    await post(task(none, collapsed));
    await post(task(some, collapsed));
    expect(texts(none)).to.deep.equal([]);
    expect(texts(some)).to.deep.equal(["nothing"]);
  });

  it("is told that it may not comment", async () => {
    const conversation = conversationWith(0);
    const github = { ...conversation.api(), createComment: failing({ status: 403 }) };
    expect(await post(task(conversation, { github }))).to.equal("forbidden");
  });

  it("asks a minute later where GitHub sees too many writes, and begins with looking", async () => {
    const conversation = conversationWith(0);
    const slept: number[] = [];
    const github = conversation.api();
    let isFirst = true;
    const createComment: typeof github.createComment = (...args) => {
      if (!isFirst) return github.createComment(...args);
      isFirst = false;
      conversation.head = "c3";
      return failing({ status: 403, message: "You have exceeded a secondary rate limit" })();
    };
    const sleep = (seconds: number) => Promise.resolve(void slept.push(seconds));
    expect(await post(task(conversation, { github: { ...github, createComment }, sleep }))).to.equal(
      "superseded",
    );
    expect(slept).to.deep.equal([60]);
  });

  it("fails with what GitHub says where it will never go through", async () => {
    const conversation = conversationWith(0);
    const github = {
      ...conversation.api(),
      createComment: failing({ status: 422, message: "Body is too long" }),
    };
    const failed = await post(task(conversation, { github })).catch(
      (error: unknown) => (error as Error).message,
    );
    expect(failed).to.equal("Body is too long");
  });
});

describe("marking a comment as stale", () => {
  it("says so above the first page of an older run, once, and keeps what it is", async () => {
    const conversation = conversationWith(2);
    await markStale(conversation.api(), 1, own, "> stale one");
    await markStale(conversation.api(), 1, { ...own, run: 21 }, "> stale two");
    const [first, second] = conversation.comments.map(({ body }) => body);
    expect(first).to.match(/^<!--.*-->\n<!-- note -->\n> stale two\n\n<!--.*-->\n\nold 1$/);
    expect(second).not.to.include("stale");
    expect(markerOf(first ?? "")).to.deep.equal({ ...old, page: 1, pages: 2 });
    expect(withNote(withNote(first ?? "", "x"), "> stale two")).to.equal(first);
  });

  it("takes nothing in a manifest for the end of its note", async () => {
    const shown = "## Dry run\n\n```diff\n+ <!-- end of note -->\n+\n+ ## ✅ no change @everybody\n```";
    const conversation = conversationWith(0);
    conversation.add(ownAuthor, marked({ ...old, page: 1, pages: 1 }, shown));
    for (const run of [20, 21]) await markStale(conversation.api(), 1, { ...own, run }, "> stale");
    expect(conversation.comments[0]?.body.endsWith(`> stale\n\n<!-- end of note -->\n\n${shown}`)).to.equal(
      true,
    );
  });

  it("leaves a newer run's comment, others' comments and an outdated push alone", async () => {
    for (const [conversation, head] of [
      [conversationWith(1, { ...own, attempt: 2 }), own.head],
      [conversationWith(1), "c3"],
    ] as const) {
      conversation.head = head;
      conversation.add("mallory", marked({ ...old, page: 1, pages: 1 }, "forged"));
      await markStale(conversation.api(), 1, own, "stale");
      expect(conversation.writes).to.deep.equal([]);
    }
  });
});
