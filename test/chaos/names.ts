/**
 * What ids stand for. Values that are random or of the moment are told by it, or as a kind: what a role is called behind
 * its generated digits, a time, a ciphertext.
 */
export class Names {
  private readonly byId = new Map<string, string>();

  add(id: string | undefined, name: string): void {
    if (id !== undefined) this.byId.set(id, name);
  }

  /** A value as text, with nothing in it that differs from run to run. */
  tell(value: unknown): string {
    const text = typeof value === "string" ? value : JSON.stringify(value, sorted);
    return moments.reduce(
      (told, [pattern, name]) => told.replace(pattern, name),
      this.named(this.named(text)),
    );
  }

  /** A name may have an id in it, so it takes two turns. */
  private named(text: string): string {
    return text.replace(ids, (id) => this.byId.get(id) ?? id);
  }
}

/** Ids of EC2 and IAM, and commits. */
const ids = /\b(?:(?:subnet|rtb|sg|sgr|rtbassoc|acl|aclassoc)-[\da-f]+|ARO[A-Z\d]{10,}|[\da-f]{40})\b/g;

const moments: [RegExp, string][] = [
  // Pulumi's generated end of a name; GitHub's number of a hook.
  [/(-runner)-[\da-f]{7}\b/g, "$1-(digits)"],
  [/\/hooks\/\d+/g, "/hooks/(number)"],
  [/\br-rtb-[\da-f]+\b/g, "(route)"],
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g, "(uuid)"],
  [/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, "(time)"],
  [
    /"(createDate|CreateDate|created|createdAt|lastModified|modifiedAt|lastModifiedSecret)":[\d.]+/g,
    '"$1":(time)',
  ],
  [/"ciphertext":"[^"]*"/g, '"ciphertext":"(secret)"'],
  // Each sandbox has ports of its own.
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:(port)"],
  [/"(id|hook_id)":4\d{8}\b/g, '"$1":(number)'],
];

/** Keys in order; and lists of tags and of what a resource depends on, whose order means nothing. */
function sorted(_key: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const isUnordered = value.every((item) => isTag(item) || /^urn:/.test(String(item)));
    const list = value as unknown[];
    return isUnordered ? [...list].sort((a, b) => text(a).localeCompare(text(b))) : list;
  }
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
}

const isTag = (item: unknown) =>
  typeof item === "object" && item !== null && ("Key" in item || "key" in item);
const text = (item: unknown) => JSON.stringify(item) ?? "";
