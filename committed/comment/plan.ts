import { compareRuns, type Marker, type RunIdentity } from "./marker";

/** A comment of ours in the conversation. */
export interface Found {
  id: number;
  marker: Marker;
}

/** The next thing to do to the conversation. */
export type Step =
  | { kind: "create"; page: number }
  /** Puts a page in the place of an older run's comment. */
  | { kind: "replace"; id: number; page: number }
  | { kind: "delete"; id: number }
  | { kind: "end"; posted: boolean };

/**
 * What a run has to do next, so that in the end its pages stand there and nothing older, or, if there is a newer run's
 * comment, nothing of its own.
 * @param own the run.
 * @param pages how many comments it wants.
 * @param found all comments of ours as they were just read.
 */
export function nextStep(own: RunIdentity, pages: number, found: Found[]): Step {
  const ordered = [...found].sort((one, other) => one.id - other.id);
  const age = (one: Found) => compareRuns(one.marker, own);
  const mine = ordered.filter((one) => age(one) === 0);
  const older = ordered.filter((one) => age(one) < 0);
  if (ordered.some((one) => age(one) > 0)) {
    const [first] = mine;
    return first ? { kind: "delete", id: first.id } : { kind: "end", posted: false };
  }
  for (let page = 1; page <= pages; page += 1) {
    if (mine.some(({ marker }) => marker.page === page)) continue;
    // The conversation is ordered by id, and so are the pages.
    const place = older.find(({ id }) => mine.every((one) => one.id < id));
    return place ? { kind: "replace", id: place.id, page } : { kind: "create", page };
  }
  const kept = new Set<number>();
  const surplus = mine.find(({ marker: { page } }) => {
    const isSurplus = page > pages || kept.has(page);
    kept.add(page);
    return isSurplus;
  });
  const [leftover] = surplus ? [surplus] : older;
  return leftover ? { kind: "delete", id: leftover.id } : { kind: "end", posted: true };
}
