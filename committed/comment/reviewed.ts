import { createHash } from "node:crypto";
import type { ObjectResult } from "../../dryrun/report/types";
import type { Standing } from "./standing";

/**
 * What a pull request showed of its objects, as short as can be: for each environment digests of objects and of what was
 * shown of them. It stands in the comment, where nobody sees it, so that a release can be compared with it.
 */
export interface Reviewed {
  /** By environment, then by {@link objectKey}; the value is {@link objectDigest}. */
  environments: Map<string, Map<string, string>>;
  /** Not all that was shown is in it. */
  isCut: boolean;
}

/** Raised when older programs could no longer read the line. */
const version = 1;

/** Longest line, in characters: some 400 objects in each of three environments. The rest of the comment is for people. */
const longestLine = 20_000;

/** Characters of base64 of a key and of a digest: 48 bits each, against chance. Who wants to deceive can edit a comment. */
const length = 8;

/** At the end: further up it can be the text of a manifest. */
const line = /(?:^|\n)<!-- eks-dryrun-runner reviewed (\d+)( cut)?((?: [^\s=]+=[A-Za-z0-9+/]+)*) -->\s*$/;

/** What says which object it is. Versions of an API name the same object. */
export function objectKey({ apiVersion, kind, namespace = "", name }: ObjectResult): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return digest([group, kind, namespace, name]);
}

/** What was shown of an object; undefined if the report has it without its difference, because that was too long. */
export function objectDigest(object: ObjectResult): string | undefined {
  const { verdict, reason, diff, keysAdded, keysRemoved } = object;
  if (verdict === "change" && diff === undefined) return undefined;
  return digest([verdict, reason, diff, keysAdded, keysRemoved]);
}

function digest(parts: unknown): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64").slice(0, length);
}

/** The line with what a comment shows of the objects that its pull request touches; empty if it touches none. */
export function reviewedLine(standings: Standing[], longest = longestLine): string {
  let isCut = false;
  let room = longest;
  const parts = standings.flatMap(({ environment, report }) => {
    const entries = (report?.report.objects ?? [])
      .filter(({ touched }) => touched)
      .flatMap((object) => {
        const shown = objectDigest(object);
        return shown === undefined ? [] : [`${objectKey(object)}${shown}`];
      });
    const all =
      (report?.report.objects ?? []).filter(({ touched }) => touched).length + (report?.leftOut ?? 0);
    const fitting = entries.slice(
      0,
      Math.max(0, Math.floor((room - environment.name.length - 2) / (2 * length))),
    );
    if (fitting.length < all) isCut = true;
    if (fitting.length === 0) return [];
    const part = ` ${environment.name}=${fitting.join("")}`;
    room -= part.length;
    return [part];
  });
  if (parts.length === 0) return "";
  return `<!-- eks-dryrun-runner reviewed ${String(version)}${isCut ? " cut" : ""}${parts.join("")} -->`;
}

/** Reads the line out of a comment; undefined if it has none that this program can read. */
export function reviewedIn(body: string): Reviewed | undefined {
  const [, written, cut, parts = ""] = line.exec(body) ?? [];
  if (Number(written) !== version) return undefined;
  const environments = parts.split(" ").flatMap((part) => {
    const [name = "", entries = ""] = part.split("=");
    return name === "" ? [] : [[name, pairs(entries)] as const];
  });
  return { environments: new Map(environments), isCut: cut !== undefined };
}

function pairs(entries: string): Map<string, string> {
  const found = entries.match(new RegExp(`.{${String(2 * length)}}`, "g")) ?? [];
  return new Map(found.map((entry) => [entry.slice(0, length), entry.slice(length)]));
}
