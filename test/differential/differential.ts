import { concurrently } from "../../dryrun/concurrently";
import { check } from "../../dryrun/check/check";
import { differenceOf } from "../../dryrun/check/difference";
import type { Finding } from "../../dryrun/check/failure";
import { type Json, parseObjects } from "../../dryrun/render/objects";
import { type Case, sampleCases } from "./cases";
import { askOracle, type Oracle } from "./oracle";
import { createLiveObjects, documents, liveObject, type World } from "./world";

/** What came of comparing the dry run with kubectl. */
export interface Comparison {
  cases: number;
  /** Cases by what kubectl says of them, and how many of each kind. */
  verdicts: Map<string, number>;
  kinds: Map<string, number>;
  /** Each told for people: the case, what both say. */
  disagreements: string[];
}

/** How many kubectl run at a time. */
const processes = 4;

/**
 * Makes cases, checks all of them together, asks kubectl about each alone, and compares verdicts and changed fields.
 * @param seed of fast-check: the same seed gives the same cases.
 */
export async function compare(world: World, count: number, seed: number): Promise<Comparison> {
  const cases = sampleCases(count, seed);
  await createLiveObjects(world, cases);
  const objects = parseObjects(documents(cases.map(({ text }) => text)));
  const checked = await check(objects, {
    api: world.api,
    kubectl: world.kubectl,
    mode: { kind: "client-side" },
    defaultNamespace: "default",
    processes: 2,
    signal: new AbortController().signal,
  });
  const result: Comparison = { cases: count, verdicts: new Map(), kinds: new Map(), disagreements: [] };
  await concurrently([...cases.entries()], processes, async ([index, one]) => {
    const isThere = (await liveObject(world.api, one.before)) !== undefined;
    const oracle = await askOracle(world, one.text, isThere);
    const finding = checked[index]?.finding;
    const problem = finding
      ? disagreement(oracle, finding, objects[index]?.manifest ?? {})
      : "it is not checked";
    if (problem) result.disagreements.push(told(one, index, oracle, finding, problem));
    increase(result.verdicts, oracle.verdict);
    increase(result.kinds, one.kind);
  });
  return result;
}

/** In what a finding is not what kubectl says. */
function disagreement(oracle: Oracle, finding: Finding, manifest: Json): string | undefined {
  const isRefusal = finding.verdict === "would-fail" || finding.verdict === "needs-replace";
  const verdict = isRefusal ? "refused" : finding.verdict;
  if (verdict !== oracle.verdict) return `kubectl says ${oracle.verdict}, the dry run ${finding.verdict}`;
  if (verdict === "refused") return refusalProblem(oracle, finding);
  if (verdict === "unchanged") return undefined;
  const { compared, applied } = differences(oracle, manifest);
  const found = withoutUids(finding.diff);
  if (found === applied && (found === compared || isContradiction(oracle, manifest))) return undefined;
  return `other fields change: ${oracle.fields.join(", ")}\nkubectl diff: ${compared}\nkubectl apply: ${applied}`;
}

/** The difference that each of kubectl's commands means. */
function differences({ live, compared, applied }: Oracle, manifest: Json) {
  const difference = (merged?: object) =>
    withoutUids(merged && differenceOf(live as Json | undefined, merged as Json, manifest));
  return { compared: difference(compared), applied: difference(applied) };
}

/**
 * Whether kubectl's commands are known to contradict each other: of an object that is not there, `kubectl diff` sends
 * nulls, which the server can turn into empty texts, and `kubectl apply` leaves them out
 * (kubernetes/kubectl:pkg/cmd/apply/apply.go, pruneNullsFromMap). What apply does counts: it is what happens.
 */
function isContradiction({ verdict }: Oracle, manifest: Json): boolean {
  return verdict === "create" && JSON.stringify(manifest).includes(":null");
}

/** The wording of a refusal can be another: kubectl reads a manifest itself before it sends it. */
function refusalProblem({ said }: Oracle, { verdict, message }: Finding): string | undefined {
  if (!message) return "the dry run does not say why";
  const isImmutable = /immutable|[Ff]orbidden|may not (?:be )?change|cannot be changed/.test(said);
  return verdict === "needs-replace" && !isImmutable ? "nothing in it cannot be changed" : undefined;
}

/** A Job that is not there gets another identifier in each dry run. */
function withoutUids(text = ""): string {
  return text.replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, "(uid)");
}

function told(
  one: Case,
  index: number,
  oracle: Oracle,
  finding: Finding | undefined,
  problem: string,
): string {
  const { before, byOthers, origin, text } = one;
  return [
    `Case ${String(index)}: ${problem}`,
    `origin: ${origin}, before: ${JSON.stringify(before)}, changed by others: ${JSON.stringify(byOthers)}`,
    `manifest:\n${text}`,
    `kubectl: ${oracle.said}`,
    `dry run: ${JSON.stringify(finding, null, 1)}`,
  ].join("\n");
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
