import { concurrently } from "../concurrently";
import { CouldNotCheck } from "../couldNotCheck";
import { parseJson } from "../kubernetes/json";
import type { Kubectl } from "../kubectl/kubectl";
import { asMap, asText, identityOf, type Json, type KubernetesObject } from "../render/objects";
import type { CheckOptions } from "./check";
import { comparison } from "./comparison";
import { type Finding, findingOf, refusalFromKubectl } from "./failure";
import type { Pending } from "./pending";

/** Most objects for one kubectl: what it answers is held in memory. */
const largestBatch = 200;

/**
 * Lets kubectl merge, and the cluster judge, objects that really change. All of them together first; those that kubectl
 * says nothing of are tried again alone, so that one bad object never hides another.
 */
export async function askKubectl(
  pending: Pending[],
  options: CheckOptions,
): Promise<Map<KubernetesObject, Finding>> {
  const size = Math.min(largestBatch, Math.ceil(pending.length / options.processes));
  const found = await concurrently(batches(pending, size), options.processes, (batch) =>
    together(batch, options),
  );
  const findings = new Map(found.flat());
  const left = pending.filter(({ object }) => !findings.has(object));
  await concurrently(left, options.processes, async (one) => {
    const finding = await alone(one, options);
    if (finding) findings.set(one.object, finding);
  });
  return findings;
}

async function together(
  batch: Pending[],
  { kubectl, signal }: CheckOptions,
): Promise<[KubernetesObject, Finding][]> {
  if (signal.aborted || batch.length === 1) return [];
  const { stdout } = await apply(kubectl, batch, true);
  const answers = objectsIn(stdout);
  return batch.flatMap((one) => {
    const merged = answers.get(placeOf(one));
    return merged ? [[one.object, comparison(one, merged)] as [KubernetesObject, Finding]] : [];
  });
}

/** Undefined if the run was ended before. */
async function alone(one: Pending, { kubectl, signal }: CheckOptions): Promise<Finding | undefined> {
  if (signal.aborted) return undefined;
  const { exitCode, stderr, merged } = await applyWithKubectl(kubectl, one, true);
  if (signal.aborted && exitCode !== 0) return undefined;
  if (exitCode === 0 && merged) return comparison(one, merged);
  if (exitCode === 0) {
    return {
      verdict: "not-checked",
      reason: "server-error",
      message: "kubectl answered with another object.",
    };
  }
  return findingOf(refusalFromKubectl(stderr), one.live !== undefined);
}

/** Lets kubectl apply one object. */
export async function applyWithKubectl(kubectl: Kubectl, one: Pending, isDryRun: boolean) {
  const { exitCode, stdout, stderr } = await apply(kubectl, [one], isDryRun);
  return { exitCode, stderr, merged: objectsIn(stdout).get(placeOf(one)) };
}

async function apply(kubectl: Kubectl, batch: Pending[], isDryRun: boolean) {
  const input = batch.map(({ object }) => object.text.replace(/\n*$/, "\n")).join("---\n");
  const dryRun = isDryRun ? ["--dry-run=server"] : [];
  return kubectl(["apply", ...dryRun, "--output=json", "--filename=-"], input).catch((error: unknown) => {
    if (!(error instanceof CouldNotCheck)) throw error;
    return { exitCode: -1, stdout: "", stderr: `error: ${error.message}` };
  });
}

/** What `--output=json` shows: one object, a list of them, or nothing. */
function objectsIn(stdout: string): Map<string, Json> {
  if (stdout.trim() === "") return new Map();
  const answer = asMap(parseJson(stdout));
  const items = answer.kind === "List" && Array.isArray(answer.items) ? answer.items.map(asMap) : [answer];
  return new Map(
    items.map((item) => {
      const { name, namespace } = asMap(item.metadata);
      const apiVersion = asText(item.apiVersion);
      return [
        identityOf({ apiVersion, kind: asText(item.kind), namespace: asText(namespace), name: asText(name) }),
        item,
      ];
    }),
  );
}

function placeOf({ object, namespace }: Pending): string {
  return identityOf({ ...object, namespace });
}

function batches<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / (size || 1)) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
