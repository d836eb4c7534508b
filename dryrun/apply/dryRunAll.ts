import { availableParallelism } from "node:os";
import { check, type CheckOptions, type Checked } from "../check/check";
import { isSecret, type Json, type KubernetesObject } from "../render/objects";
import { keysOf } from "../render/touched";
import type { ObjectResult } from "../report/types";
import { type Overrides, stateOf } from "../report/verdicts";
import type { DeletionName } from "./deletionNames";
import { identityOfResult, planDeletions } from "./deletions";
import type { Draft } from "./draft";
import type { ApplyOptions } from "./options";

/** What the cluster had of objects when the dry run looked, undefined where it had none. */
export type Seen = ReadonlyMap<KubernetesObject, Json | undefined>;

/** Dry-runs what the overlay has, Secrets and RBAC objects too, and what is to be deleted. */
export async function dryRunAll(
  objects: KubernetesObject[],
  deletions: DeletionName[],
  draft: Draft,
  options: Omit<CheckOptions, "processes" | "sendsAll" | "seen">,
): Promise<Seen> {
  const seen = new Map<KubernetesObject, Json | undefined>();
  const checked = await check(objects, {
    ...options,
    sendsAll: true,
    processes: availableParallelism(),
    seen: ({ object, live }) => seen.set(object, live),
  });
  for (const [object, live] of seen) if (isSecret(object)) draft.hidden.push(live);
  for (const one of checked) draft.results.set(one.object, resultOf(one, seen));
  const identities = new Set([...draft.results.values()].map(identityOfResult));
  draft.deletions = await planDeletions(deletions, identities, options);
  return seen;
}

function resultOf({ object, namespace, finding }: Checked, seen: Seen): ObjectResult {
  const { apiVersion, kind, name } = object;
  const { diff, ...said } = finding;
  const result = {
    apiVersion,
    kind,
    ...(namespace && { namespace }),
    name,
    ...said,
    touched: said.verdict !== "unchanged",
  };
  if (!isSecret(object)) return { ...result, ...(diff !== undefined && { diff }) };
  const [before, after] = [keysOf(seen.get(object)), keysOf(object.manifest)];
  return {
    ...result,
    keysAdded: after.filter((key) => !before.includes(key)),
    keysRemoved: before.filter((key) => !after.includes(key)),
  };
}

/**
 * What a pull request's gate lets pass because its own identity may not, or cannot, see it: here the write itself would be
 * refused likewise, after others have been made. A webhook that takes no dry runs is the one that takes a write.
 */
function withoutLeniency(overrides: Overrides): Overrides {
  const kept = Object.entries(overrides).filter(
    ([reason, gate]) => gate === "fails" || reason === "webhook-without-dry-run",
  );
  return Object.fromEntries(kept);
}

/** Why nothing may be written; undefined if all of it can be. */
export function blockedBy({ results, deletions }: Draft, options: ApplyOptions): string | undefined {
  const overrides = withoutLeniency(options.overrides);
  const all = [...results.values(), ...deletions.map(({ result }) => result)];
  const blocking = all.filter((result) =>
    ["would fail", "could not check"].includes(stateOf(result, overrides)),
  );
  if (blocking.length === 0) return undefined;
  const titles = blocking.slice(0, 5).map((result) => `${result.kind} ${result.name}`);
  const more = blocking.length > titles.length ? ` and ${String(blocking.length - titles.length)} more` : "";
  return `The dry run stands in the way of ${titles.join(", ")}${more}. Nothing was written.`;
}
