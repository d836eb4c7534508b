/** Whose result something is. It is the name of each object in a played report, so that mixed results are seen. */
export interface Mark {
  pullRequest: number;
  /** The commit that was checked. */
  head: string;
  /** The environment that the job was told of. */
  environment: string;
  /** The region whose machine ran the job. */
  region: string;
  /** Number of the object in the report. */
  object: number;
}

/** The mark as the name of an object. */
export function markText({ pullRequest, head, environment, region, object }: Mark): string {
  return `pr-${String(pullRequest)}-${head.slice(0, 7)}-${environment}-at-${region}-${String(object)}`;
}

/** All marks in a text, each once, sorted. */
export function marksIn(text: string): string[] {
  const found = text.match(/\bpr-\d+-[0-9a-f]{7}-[a-z]+-production-at-[a-z]+-[a-z]+-\d-\d+/g) ?? [];
  return [...new Set(found)].sort();
}
