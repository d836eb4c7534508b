import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { isOnlyRun } from "../../../committed/comment/alone";
import { marked, markerOf } from "../../../committed/comment/marker";
import { post } from "../../../committed/comment/post";
import { markStale } from "../../../committed/comment/stale";
import { Conversation, type Fault } from "./conversation";

const workflow = "K8s Dryrun";

/** A run for a push, or for the same commit as the run before it; `onlyInPlace` if nothing is touched any more. */
const played = fc.record({
  isPush: fc.boolean(),
  pages: fc.integer({ min: 1, max: 3 }),
  onlyInPlace: fc.boolean(),
});

const faults = fc.infiniteStream(
  fc.oneof({ weight: 9, arbitrary: fc.constant<Fault>("none") }, fc.constantFrom<Fault>("before", "after")),
);

/** What stood there before: comments of a run that ended long ago, and of other people. */
const earlier = fc.integer({ min: 0, max: 3 });

describe("runs for one pull request at once", () => {
  it("leave exactly the comments of the newest, however their requests are interleaved and fail", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(played, { minLength: 1, maxLength: 3 }),
        earlier,
        fc.boolean(),
        faults,
        fc.scheduler(),
        async (runs, before, isFaulty, fault, scheduler) => {
          const conversation = new Conversation();
          conversation.add("someone", "a remark");
          const old = { head: "a0", run: 1, attempt: 1 };
          for (let page = 1; page <= before; page += 1) {
            conversation.add("github-actions[bot]", marked({ ...old, page, pages: before }, "old"));
          }
          // The same commit gives the same kind of answer.
          let [head, onlyInPlace] = ["a0", false];
          const identities = runs.map((one, index) => {
            if (one.isPush || index === 0) [head, onlyInPlace] = [`a${String(index + 1)}`, one.onlyInPlace];
            return { ...one, onlyInPlace, head, run: 10 + index, attempt: 1 };
          });

          // A run gives up after too many faults. None of these does.
          const send = (run: number) => {
            let left = isFaulty ? 5 : 0;
            return async (what: string) => {
              await scheduler.schedule(Promise.resolve(), `${String(run)} ${what}`);
              const next = left > 0 ? (fault.next().value as Fault) : "none";
              if (next !== "none") left -= 1;
              return next;
            };
          };
          const play = async ({ pages, onlyInPlace, ...own }: (typeof identities)[number]) => {
            const entry = { id: own.run, workflow, status: "in_progress", updatedAt: 0 };
            conversation.runs.push(entry);
            const github = conversation.api(send(own.run));
            await markStale(github, 1, own, "stale").catch(() => undefined);
            await post({
              github,
              pullRequest: 1,
              own,
              pages: Array.from(
                { length: onlyInPlace ? 1 : pages },
                (_, index) => `page ${String(index + 1)}`,
              ),
              onlyInPlace,
              isGenuine: () => Promise.resolve(true),
              isAlone: () => isOnlyRun(github, { branch: "b", workflow, run: own.run }, () => undefined),
              sleep: () => scheduler.schedule(Promise.resolve(), "sleep"),
              log: () => undefined,
            });
            entry.status = "completed";
          };
          const ends: Promise<unknown>[] = [];
          const pushes = scheduler.scheduleSequence(
            identities.map((identity) => ({
              label: `push ${identity.head}`,
              builder: () => {
                conversation.head = identity.head;
                ends.push(play(identity));
                return Promise.resolve();
              },
            })),
          );
          await scheduler.waitFor(pushes.task);
          await scheduler.waitFor(Promise.all(ends));

          const newest = identities.at(-1);
          const left = conversation.comments.filter(({ author }) => author !== "someone");
          const markers = left.map(({ body }) => markerOf(body));
          if (newest?.onlyInPlace && left.length === 0) return;
          // Two runs for a commit that touches nothing say the same, so that one can leave the other's line.
          const same = newest?.onlyInPlace ? ("head" as const) : ("run" as const);
          expect(markers.map((marker) => marker?.[same])).to.deep.equal(markers.map(() => newest?.[same]));
          const wanted = newest?.onlyInPlace ? 1 : newest?.pages;
          expect(markers.map((marker) => marker?.page)).to.deep.equal(
            Array.from({ length: wanted ?? 0 }, (_, index) => index + 1),
          );
          expect(left.every(({ body }) => !body.includes("stale"))).to.equal(true);
          expect(conversation.comments[0]?.body).to.equal("a remark");
        },
      ),
      { numRuns: Number(process.env.RACES ?? 1_000) },
    );
  });
});
