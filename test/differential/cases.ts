import fc, { type Arbitrary } from "fast-check";
import { dump } from "js-yaml";
import { type Path, setField } from "./fields";
import { kinds } from "./kinds";
import type { Kind } from "./kinds/kind";

/** Fields that are set to a value, or taken away by `undefined`. */
type Settings = { path: Path; value: unknown }[];

/** How an object came to be what it is in the cluster. */
export type Origin = "not there" | "applied" | "created without apply";

/** One object: how it is in the cluster, and what a manifest asks for. */
export interface Case {
  kind: string;
  origin: Origin;
  /** What was applied or created first. */
  before: object;
  /** What another field manager changed since. */
  byOthers: Settings;
  /** The manifest, as YAML. */
  text: string;
}

/** Namespaces that the cases' objects are in, and one that does not exist. */
export const namespaces = Array.from({ length: 8 }, (_, index) => `cases-${String(index)}`);
const absentNamespace = "absent";

/** Cases, each with a name of its own. */
export function sampleCases(count: number, seed: number): Case[] {
  const drafts = fc.sample(fc.constantFrom(...kinds).chain(draft), { numRuns: count, seed });
  return drafts.map((make, index) => make(index));
}

function draft(kind: Kind): Arbitrary<(index: number) => Case> {
  return fc
    .record({
      first: settings(kind, 8),
      changes: fc.oneof(
        { weight: 1, arbitrary: fc.constant<Settings>([]) },
        { weight: 3, arbitrary: settings(kind, 3, true) },
      ),
      byOthers: fc.oneof(
        { weight: 3, arbitrary: fc.constant<Settings>([]) },
        { weight: 2, arbitrary: settings(kind, 2, true) },
        {
          weight: 1,
          arbitrary: fc.constant<Settings>([{ path: ["metadata", "labels", "other"], value: "yes" }]),
        },
      ),
      origin: fc.oneof(
        { weight: 1, arbitrary: fc.constant<Origin>("not there") },
        { weight: 5, arbitrary: fc.constant<Origin>("applied") },
        { weight: 2, arbitrary: fc.constant<Origin>("created without apply") },
      ),
      isReordered: fc.boolean(),
      isElsewhere: fc.integer({ min: 0, max: 40 }).map((number) => number === 0),
    })
    .map(({ first, changes, byOthers, origin, isReordered, isElsewhere }) => (index) => {
      const namespace = isElsewhere
        ? absentNamespace
        : (kind.namespace ?? namespaces[index % namespaces.length]);
      const start = {
        apiVersion: kind.apiVersion,
        kind: kind.kind,
        metadata: { name: `case-${String(index)}`, ...(!kind.isClusterScoped && { namespace }) },
        ...kind.base,
      };
      const before = withSettings(start, first);
      const after = withSettings(before, changes);
      const text = yaml(isReordered ? reversed(after) : after);
      return { kind: kind.kind, origin, before, byOthers, text };
    });
}

/** @param canRemove whether a field may be taken away too. */
function settings(kind: Kind, most: number, canRemove = false): Arbitrary<Settings> {
  return fc.subarray(kind.fields, { maxLength: Math.min(most, kind.fields.length) }).chain((fields) =>
    fc.tuple(
      ...fields.map(({ path, values }) =>
        (canRemove ? fc.option(values, { nil: undefined, freq: 3 }) : values).map((value) => ({
          path,
          value,
        })),
      ),
    ),
  );
}

export function withSettings<T extends object>(object: T, changes: Settings): T {
  const result = structuredClone(object);
  for (const { path, value } of changes) setField(result, path, value);
  return result;
}

/** A manifest as YAML, with the texts that are marked so unquoted. */
export function yaml(manifest: object): string {
  return dump(manifest, { noRefs: true, lineWidth: -1 }).replace(
    /(['"]?)<unquoted>(.*?)<\/unquoted>\1/g,
    "$2",
  );
}

/** The same manifest with the fields of its maps in another order. */
function reversed(value: object): object {
  if (Array.isArray(value)) return value.map((item: unknown) => (isObject(item) ? reversed(item) : item));
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, isObject(item) ? reversed(item) : (item as unknown)]),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
