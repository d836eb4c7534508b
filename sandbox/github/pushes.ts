import type { Emit } from "./events";
import type { Repository } from "./repository";

const nothing = "0".repeat(40);

interface Watched {
  /** Commits by full ref, as was last told. */
  refs: Map<string, string>;
  /** How many changes are under way. */
  changes: number;
}

/** Tells of each branch and tag that has moved: https://docs.github.com/webhooks/webhook-events-and-payloads#push */
export class Pushes {
  private readonly watched = new Map<string, Watched>();

  constructor(private readonly emit: Emit) {}

  /** Looks at the refs before a change. @returns what is to be called after it */
  async begin(repository: Repository, sender: string): Promise<() => Promise<void>> {
    const found = this.watched.get(repository.fullName);
    const watched = found ?? { refs: new Map<string, string>(), changes: 0 };
    this.watched.set(repository.fullName, watched);
    watched.changes += 1;
    // What moved by no request of anybody's, as a test does, is nobody's push.
    if (watched.changes === 1) watched.refs = await refsOf(repository);
    return async () => {
      watched.changes -= 1;
      const refs = await refsOf(repository);
      const before = watched.refs;
      watched.refs = refs;
      for (const ref of new Set([...before.keys(), ...refs.keys()]))
        if (before.get(ref) !== refs.get(ref))
          await this.tell(repository, sender, ref, before.get(ref), refs.get(ref));
    };
  }

  private async tell(
    repository: Repository,
    sender: string,
    ref: string,
    before = nothing,
    after = nothing,
  ): Promise<void> {
    const deleted = after === nothing;
    const payload = {
      ref,
      before,
      after,
      created: before === nothing,
      deleted,
      head_commit: deleted ? null : { id: after },
      pusher: { name: sender },
    };
    await this.emit({ name: "push", repository, sender, payload });
  }
}

/** Branches and tags with the commits that they lead to. */
async function refsOf(repository: Repository): Promise<Map<string, string>> {
  const format = "--format=%(refname) %(objectname) %(*objectname)";
  const lines = (await repository.git(["for-each-ref", format, "refs/heads", "refs/tags"])).split("\n");
  return new Map(
    lines.filter(Boolean).map((line): [string, string] => {
      const [ref = "", object = "", peeled] = line.split(" ");
      return [ref, peeled || object];
    }),
  );
}

/** Requests that may move a branch or tag, of what follows /repos/{owner}/{repo}. */
export const mayMoveRefs = (path: string) =>
  /^\/(git\/refs|contents|releases|merges|pulls\/\d+\/merge|branches)(\/|$)/.test(path);
