import type { Comment, GitHub, Run } from "../../../committed/github/api";

/** How GitHub fails a request: not at all, without doing what it was asked, or after having done it. */
export type Fault = "none" | "before" | "after";

/** A pull request as GitHub keeps it, and the runs for it. */
export class Conversation {
  head = "";
  readonly comments: Comment[] = [];
  readonly runs: Run[] = [];
  readonly writes: string[] = [];
  private nextId = 100;

  add(author: string, body: string): number {
    this.nextId += 1;
    this.comments.push({ id: this.nextId, author, body });
    return this.nextId;
  }

  /**
   * GitHub's API over it.
   * @param send lets a request wait, and says whether it fails.
   */
  api(send: (what: string) => Promise<Fault> = () => Promise.resolve("none")): GitHub {
    const unused = () => Promise.reject(new Error("nobody needs it here"));
    const read = async <T>(what: string, answer: () => T): Promise<T> => {
      if ((await send(what)) !== "none") throw unavailable();
      return structuredClone(answer());
    };
    const write = async <T>(what: string, act: () => T): Promise<T> => {
      const fault = await send(what);
      if (fault === "before") throw unavailable();
      this.writes.push(what);
      const answer = act();
      if (fault === "after") throw unavailable();
      return answer;
    };
    return {
      headOf: () => read("head", () => this.head),
      commentsOf: () => read("list", () => this.comments),
      createComment: (_, body) => write("create", () => this.add("github-actions[bot]", body)),
      updateComment: (id, body) =>
        write(`update ${String(id)}`, () => {
          const comment = this.comments.find((one) => one.id === id);
          if (comment) comment.body = body;
          return comment !== undefined;
        }),
      deleteComment: (id) =>
        write(`delete ${String(id)}`, () => {
          const index = this.comments.findIndex((one) => one.id === id);
          if (index >= 0) this.comments.splice(index, 1);
        }),
      runsOf: () => read("runs", () => this.runs),
      sourceOf: unused,
      jobsOf: unused,
      cancelRun: unused,
    };
  }
}

function unavailable(): Error {
  return Object.assign(new Error("Unavailable"), { status: 502 });
}
