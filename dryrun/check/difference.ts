import { isDeepStrictEqual } from "node:util";
import { createTwoFilesPatch } from "diff";
import { dump } from "js-yaml";
import { asMap, type Json } from "../render/objects";
import { lastAppliedAnnotation } from "./lastApplied";

/** Lines of context around a difference. */
const context = 3;

/** Beyond this many changed lines, a difference is told as all old lines and all new ones: finding more takes long. */
const longestEdit = 4000;

/**
 * The difference between what the cluster has and what it would have, without noise.
 * @param live undefined if it would be created.
 * @param manifest what was asked for: a `status` that nobody asked for changes by itself.
 * @returns a unified diff without header; undefined if there is none.
 */
export function differenceOf(live: Json | undefined, merged: Json, manifest: Json): string | undefined {
  const [before, after] = [
    live && readable(live, manifest, false),
    readable(merged, manifest, live === undefined),
  ];
  if (before && isDeepStrictEqual(before, after)) return undefined;
  const [old, young] = [before ? yaml(before) : "", yaml(after)];
  const patch = createTwoFilesPatch("", "", old, young, "", "", { context, maxEditLength: longestEdit });
  const lines = patch === undefined ? allOf(old, young) : withoutHeader(patch);
  return lines
    .filter((line) => !line.startsWith("\\ No newline"))
    .join("\n")
    .trimEnd();
}

function withoutHeader(patch: string): string[] {
  const lines = patch.split("\n");
  return lines.slice(lines.findIndex((line) => line.startsWith("@@")));
}

function allOf(old: string, young: string): string[] {
  const marked = (text: string, sign: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => sign + line);
  return [...(old ? marked(old, "-") : []), ...marked(young, "+")];
}

/** An object without what the server and kubectl keep in it for themselves. */
function readable(object: Json, manifest: Json, isNew: boolean): Json {
  const metadata = { ...asMap(object.metadata) };
  for (const name of ["managedFields", "generation", "resourceVersion", "selfLink"]) delete metadata[name];
  if (isNew) for (const name of ["uid", "creationTimestamp"]) delete metadata[name];
  const annotations = { ...asMap(metadata.annotations) };
  delete annotations[lastAppliedAnnotation];
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
  const { status, ...rest } = object;
  return { ...rest, metadata, ...("status" in manifest && { status }) };
}

function yaml(object: Json): string {
  return dump(sorted(object), { lineWidth: -1, noRefs: true });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
