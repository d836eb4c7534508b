import { expect } from "chai";
import { describe, it } from "mocha";
import type { Builds, BuildState } from "../../../committed/apply/build/builds";
import { follow } from "../../../committed/apply/build/follow";

const log = { group: "/aws/codebuild/x-apply", stream: "1" };
const running: BuildState = { status: "IN_PROGRESS", phase: "BUILD", log, problems: [] };
const ended: BuildState = { ...running, status: "SUCCEEDED", phase: "COMPLETED" };

/** A build that is looked at: at each look its state, and the lines that its log has by then. */
function played(looks: ((Partial<BuildState> & { lines?: string[] }) | Error)[], aborting?: AbortController) {
  const said: string[] = [];
  let look = -1;
  const lines: string[] = [];
  const builds: Builds = {
    start: () => Promise.reject(new Error("nobody starts it here")),
    look: () => {
      look = Math.min(look + 1, looks.length - 1);
      const now = looks[look];
      if (now instanceof Error) return Promise.reject(now);
      lines.push(...(now?.lines ?? []));
      if (now) now.lines = [];
      return Promise.resolve({ ...running, ...now });
    },
    read: (_, place = "0") =>
      Promise.resolve({ lines: lines.slice(Number(place)), place: String(lines.length) }),
  };
  let sleeps = 0;
  return {
    said,
    sleeps: () => sleeps,
    followed: follow({
      builds,
      id: "x-apply:1",
      ended: (aborting ?? new AbortController()).signal,
      sleep: () => {
        sleeps += 1;
        if (sleeps > 100) throw new Error("It never ends.");
        if (aborting && sleeps === 2) aborting.abort();
        return Promise.resolve();
      },
      log: (line) => said.push(line),
    }),
  };
}

describe("following a build", () => {
  it("shows each line of the log once, and takes the report out of it", async () => {
    const { said, followed } = played([
      { phase: "QUEUED" },
      { lines: ["one", "two"] },
      { lines: ["three", "k8s-apply-report 1/2 QUJD"] },
      { ...ended, lines: ["k8s-apply-report 2/2 REVG", "four"] },
    ]);
    expect(await followed).to.deep.include({ report: "QUJDREVG" });
    expect(said).to.deep.equal(["one", "two", "three", "four"]);
  });

  it("waits for the report that comes later than the end of the build", async () => {
    const { followed } = played([ended, ended, { ...ended, lines: ["k8s-apply-report 1/1 QUJD"] }]);
    expect((await followed)?.report).to.equal("QUJD");
  });

  it("ends without a report where none comes, and at once where there is no log", async () => {
    const late = played([{ ...ended, status: "FAILED" }]);
    expect(await late.followed).to.deep.include({ report: "" });
    expect(late.sleeps()).to.equal(11);
    const none = played([{ status: "FAULT", phase: "COMPLETED", log: undefined as never }]);
    expect((await none.followed)?.state.status).to.equal("FAULT");
    expect(none.sleeps()).to.equal(0);
  });

  it("lives through looks that fail, and gives up where they go on failing", async () => {
    const broken = new Error("no route to host");
    const some = played([broken, broken, broken, broken, { ...ended, lines: ["k8s-apply-report 1/1 QUJD"] }]);
    expect((await some.followed)?.report).to.equal("QUJD");
    expect(some.said[0]).to.equal("The build cannot be looked at: no route to host. Once more in 5 s.");
    let cause: unknown;
    await played([broken]).followed.catch((error: unknown) => (cause = error));
    expect(cause).to.equal(broken);
  });

  it("ends without a result when it is ended from outside", async () => {
    expect(await played([running], new AbortController()).followed).to.equal(undefined);
  });
});
