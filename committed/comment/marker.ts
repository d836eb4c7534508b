/** A run of the workflow. Of two runs for a pull request the one with the higher id is newer, then the higher attempt. */
export interface RunIdentity {
  /** Newest commit of the pull request when the run began. */
  head: string;
  run: number;
  attempt: number;
}

/** What a comment says of itself in its first line, which nobody sees. */
export interface Marker extends RunIdentity {
  /** From 1. */
  page: number;
  pages: number;
}

/** Raised when older programs could no longer read the line. */
const version = 1;

const line =
  /^<!-- eks-dryrun-runner comment (\d+) head=([0-9a-f]+) run=(\d+) attempt=(\d+) page=(\d+)\/(\d+) -->/;

const noteBegin = "<!-- note -->";
const noteEnd = "<!-- end of note -->";

/** A comment's text with the line that says what it is. */
export function marked({ head, run, attempt, page, pages }: Marker, text: string): string {
  const which = `head=${head} run=${String(run)} attempt=${String(attempt)} page=${String(page)}/${String(pages)}`;
  return `<!-- eks-dryrun-runner comment ${String(version)} ${which} -->\n${text}`;
}

/** What a comment says it is; undefined if it is none of ours. */
export function markerOf(body: string): Marker | undefined {
  const [, written, head = "", run, attempt, page, pages] = line.exec(body) ?? [];
  if (Number(written) !== version) return undefined;
  return { head, run: Number(run), attempt: Number(attempt), page: Number(page), pages: Number(pages) };
}

/** Negative if one run is older than the other. */
export function compareRuns(one: RunIdentity, other: RunIdentity): number {
  return one.run - other.run || one.attempt - other.attempt;
}

/** A comment of ours with a note above its text, in place of the note that it may have already. */
export function withNote(body: string, note: string): string {
  const [marker = ""] = line.exec(body) ?? [];
  const text = body.slice(marker.length).replace(/\r\n/g, "\n").trimStart();
  // Further down the same words are somebody's: a manifest shows its own text in a comment.
  const hasNote = text.startsWith(`${noteBegin}\n`);
  const rest = hasNote ? text.slice(text.indexOf(noteEnd) + noteEnd.length).trimStart() : text;
  return `${marker}\n${noteBegin}\n${note}\n\n${noteEnd}\n\n${rest}`;
}
