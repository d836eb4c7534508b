import type { Attack, Controls } from "./attack";
import type { AttackedCluster } from "./attackedCluster";
import type { Answer } from "./client";
import { answererOf, breach, messageIn, type Answerer } from "./judge";
import { changedKeys } from "./stored";

/** What became of one attack. */
export interface AttackResult {
  attack: Attack;
  answer: Answer;
  answerer: Answerer;
  /** Why it got through; undefined if it did not. */
  breach?: string;
  /** Whether the control answered that the row names. */
  asNamed: boolean;
}

/** What became of the whole table in one of the two runs. */
export interface RunResult {
  run: keyof Controls;
  results: AttackResult[];
  /** Keys of etcd that are not as they were. */
  changedKeys: string[];
}

/** Makes every request of the table, one after the other, and compares what is stored before and after. */
export async function runAttacks(
  cluster: AttackedCluster,
  attacks: Attack[],
  run: keyof Controls,
): Promise<RunResult> {
  const before = await cluster.stored();
  const results: AttackResult[] = [];
  for (const attack of attacks) {
    const answer = await cluster.attacker.send(await withVersion(cluster, attack));
    const answerer = answererOf(attack.method, answer);
    const named = attack.controls[run];
    const got = breach(answer, named === "allowed dry run", cluster.secretValues);
    results.push({ attack, answer, answerer, asNamed: answerer === named, ...(got && { breach: got }) });
  }
  return { run, results, changedKeys: changedKeys(before, await cluster.stored()) };
}

/** Some kinds refuse an update that does not say which version it replaces: the one that is there now. */
async function withVersion({ administrator }: AttackedCluster, attack: Attack): Promise<Attack> {
  const { method, path, body } = attack;
  if (method !== "PUT" || typeof body !== "object" || body === null) return attack;
  const { metadata, ...rest } = body as { metadata: object };
  const { status, body: text } = await administrator.send({ method: "GET", path: path.replace(/\?.*/, "") });
  if (status !== 200) return attack;
  const { resourceVersion } = (JSON.parse(text) as { metadata: { resourceVersion: string } }).metadata;
  return { ...attack, body: { ...rest, metadata: { ...metadata, resourceVersion } } };
}

/** A result as one line: request, control, answer. */
export function lineOf(
  { attack, answer, answerer, breach, asNamed }: AttackResult,
  run: keyof Controls,
): string {
  const request = `${attack.method} ${attack.path}${attack.note ? ` (${attack.note})` : ""}`;
  const control = asNamed ? answerer : `${answerer} INSTEAD OF ${attack.controls[run]}`;
  const alone = attack.controls.shipped === "RBAC" && attack.controls.everything === "RBAC" ? " alone" : "";
  const said = answer.status < 300 ? "" : ` ${messageIn(answer.body)}`;
  const oneLine = `${String(answer.status)}${said}`.replace(/\s+/g, " ").slice(0, 320);
  return `${request} | ${control}${alone} | ${oneLine}${breach ? ` | GOT THROUGH: ${breach}` : ""}`;
}
