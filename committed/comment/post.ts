import type { GitHub } from "../github/api";
import { failureOf, messageOf } from "../github/failure";
import { compareRuns, marked, type Marker, markerOf, type RunIdentity } from "./marker";
import { type Found, nextStep } from "./plan";

/** Author of what the workflow's own token writes. */
export const ownAuthor = "github-actions[bot]";

/** What a run wants to stand in the conversation of a pull request. */
export interface Post {
  github: GitHub;
  pullRequest: number;
  own: RunIdentity;
  /** The comments, in their order. */
  pages: string[];
  /** Whether it says so little that it is only worth it in the place of a comment that is there. */
  onlyInPlace: boolean;
  /** Whether no other run for this pull request is under way. */
  isAlone: () => Promise<boolean>;
  /** Whether there is the run that a comment says it is of. */
  isGenuine: (marker: Marker) => Promise<boolean>;
  sleep: (seconds: number) => Promise<void>;
  log: (line: string) => void;
}

/** What became of a post: a newer run or push has superseded it, or the token may not comment. */
export type Posted = "posted" | "superseded" | "forbidden";

/** Waits between attempts where GitHub names none, in seconds. */
const waits = [1, 2, 5, 10, 20, 40, 60];

/** Longest wait that GitHub may ask for, in seconds. */
const longestWait = 120;

/** Far more steps than any conversation needs. */
const mostSteps = 500;

/**
 * Brings the conversation to where only this run's pages stand in it, unless a newer run or push is there. Everything is
 * looked at anew before each step, and once more after the last, so that of several runs at once the newest wins,
 * however their requests are interleaved.
 *
 * GitHub has no way to change a comment only if it is still as it was read. Therefore a comment of an older run is
 * changed in its place only while no other run is under way. Otherwise the page becomes a new comment and the old one
 * is deleted: what a slower run still sends to the old one then meets nothing.
 * @throws what GitHub answers, if it stays so.
 */
export async function post(task: Post): Promise<Posted> {
  const seen: Seen = { written: new Map(), replaced: new Set(), deleted: new Set() };
  let failures = 0;
  for (let steps = 0; steps < mostSteps; steps += 1) {
    try {
      const outcome = await step(task, seen);
      if (outcome) return outcome;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "forbidden") return "forbidden";
      const seconds = Math.max(
        waits[failures] ?? Infinity,
        failure.kind === "again" ? (failure.seconds ?? 0) : Infinity,
      );
      if (seconds > longestWait) throw error;
      task.log(`GitHub answers ${messageOf(error)}. Once more in ${String(seconds)} s.`);
      await task.sleep(seconds);
      failures += 1;
    }
  }
  throw new Error("The comments of the pull request do not come to rest.");
}

/** What this run did, which GitHub's lists may show only later. */
interface Seen {
  /** Comments that it made or changed, with what they say they are since. */
  written: Map<number, Marker>;
  /** Comments of older runs that it changed in their place. */
  replaced: Set<number>;
  deleted: Set<number>;
}

async function step(task: Post, seen: Seen): Promise<Posted | undefined> {
  const { github, pullRequest, own, pages, onlyInPlace } = task;
  const found = await ownComments(task, seen);
  if (onlyInPlace && found.length === 0) return "posted";
  const next = nextStep(own, pages.length, found);
  const inPlace = next.kind === "replace" && (await task.isAlone());
  if ((await github.headOf(pullRequest)) !== own.head) return retreat(task, found, seen);

  if (next.kind === "end") return next.posted ? "posted" : "superseded";
  if (next.kind === "delete") return remove(github, next.id, seen);
  const marker = { ...own, page: next.page, pages: pages.length };
  const body = marked(marker, pages[next.page - 1] ?? "");
  if (next.kind === "replace" && inPlace) {
    const isThere = await github.updateComment(next.id, body);
    (isThere ? seen.replaced : seen.deleted).add(next.id);
    if (isThere) seen.written.set(next.id, marker);
  } else {
    seen.written.set(await github.createComment(pullRequest, body), marker);
  }
  return undefined;
}

/** A newer push is there. Its run replaces what it finds; what it may have missed because it came late is taken back. */
async function retreat({ github, own }: Post, found: Found[], { replaced }: Seen): Promise<Posted> {
  const mine = found.filter(({ id, marker }) => compareRuns(marker, own) === 0 && !replaced.has(id));
  for (const { id } of mine) await github.deleteComment(id);
  return "superseded";
}

async function remove(github: GitHub, id: number, seen: Seen): Promise<undefined> {
  await github.deleteComment(id);
  seen.deleted.add(id);
}

async function ownComments(task: Post, { written, deleted }: Seen): Promise<Found[]> {
  const found = new Map(written);
  for (const { id, author, body } of await task.github.commentsOf(task.pullRequest)) {
    const marker = author === ownAuthor ? markerOf(body) : undefined;
    if (marker && !written.has(id)) found.set(id, await believed(task, marker, body));
  }
  return [...found].filter(([id]) => !deleted.has(id)).map(([id, marker]) => ({ id, marker }));
}

/** What a comment is taken for. Forged ones are as old as can be: something to put the own text in the place of. */
async function believed({ own, pages, isGenuine }: Post, marker: Marker, body: string): Promise<Marker> {
  const age = compareRuns(marker, own);
  const isOwnText = () => sameText(body, marked(marker, pages[marker.page - 1] ?? ""));
  const isTrue = age < 0 || (age === 0 ? isOwnText() : await isGenuine(marker));
  return isTrue ? marker : { ...marker, run: 0, attempt: 0 };
}

/** GitHub may keep a text with other ends of lines. */
function sameText(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => text.replaceAll("\r\n", "\n").trim());
  return left === right;
}
