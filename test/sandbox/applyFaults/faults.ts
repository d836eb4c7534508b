import type { Outcome } from "../../../dryrun/report/types";
import { outcomes } from "../../../dryrun/report/outcomes";
import { type Applied, type ReleaseWorld } from "../apply/releaseWorld";
import { releaseObjects, stateOf } from "./objects";

/** What happens to an apply. */
export const faults = ["connection lost", "API server restarted", "process killed"] as const;
export type Fault = (typeof faults)[number];

/** What an apply that nothing happens to makes of a release. */
export interface Undisturbed {
  before: Map<string, string>;
  after: Map<string, string>;
  /** How many requests it took. */
  requests: number;
}

let runs = 0;

/** The release of a namespace of its own, with what was there before it. */
async function prepared(world: ReleaseWorld): Promise<{ namespace: string; repository: string }> {
  runs += 1;
  const namespace = `fault-${String(runs)}`;
  const manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  await world.api.send({ method: "POST", path: "/api/v1/namespaces", body: JSON.stringify(manifest) });
  const repository = await world.repository(releaseObjects(namespace, false));
  world.wire.decide(() => "arrives");
  const first = await world.apply({ repository });
  if (first.exitCode !== 0) throw new Error(`The state before cannot be made:\n${first.lines.join("\n")}`);
  await world.commit(repository, releaseObjects(namespace, true));
  return { namespace, repository };
}

/** Applies a release that nothing happens to. */
export async function undisturbed(world: ReleaseWorld): Promise<Undisturbed> {
  const { namespace, repository } = await prepared(world);
  const before = await stateOf(world, namespace);
  world.wire.decide(() => "arrives");
  const applied = await world.apply({ repository });
  if (applied.exitCode !== 0) throw new Error(applied.lines.join("\n"));
  return { before, after: await stateOf(world, namespace), requests: world.wire.count() };
}

/**
 * Applies a release to which something happens at one of its requests, and then again.
 * @returns what is wrong: of the account of the first, or of the state after the second.
 */
export async function play(
  world: ReleaseWorld,
  fault: Fault,
  at: number,
  expected: Undisturbed,
): Promise<string[]> {
  const { namespace, repository } = await prepared(world);
  const broken = await disturbed(world, fault, at, repository);
  const between = await stateOf(world, namespace);
  const problems = untruths(accountOf(broken), between, expected);
  world.wire.decide(() => "arrives");
  const again = await world.apply({ repository });
  if (again.exitCode !== 0)
    problems.push(`the re-run ends with ${String(again.exitCode)}: ${again.lines.slice(-5).join(" | ")}`);
  const after = await stateOf(world, namespace);
  for (const name of new Set([...after.keys(), ...expected.after.keys()]))
    if (after.get(name) !== expected.after.get(name))
      problems.push(`after the re-run ${name} is not as it should be`);
  return problems.map((problem) => `${fault} at request ${String(at)}: ${problem}`);
}

async function disturbed(
  world: ReleaseWorld,
  fault: Fault,
  at: number,
  repository: string,
): Promise<Applied> {
  let kill: (signal: NodeJS.Signals) => void = () => undefined;
  let restarted: Promise<void> | undefined;
  // The request at which it happens gets there or not, its answer does not.
  const last = at % 2 === 0 ? "answer is lost" : "is lost";
  world.wire.decide((count) => {
    if (count < at) return "arrives";
    if (fault === "connection lost") return count === at ? last : "is lost";
    if (fault === "process killed") {
      if (count === at) kill("SIGKILL");
      return "answer is lost";
    }
    restarted ??= world.restart();
    return count === at ? last : "arrives";
  });
  const applied = await world.apply({ repository, started: (given) => (kill = given) });
  await restarted;
  return applied;
}

/** What an apply said of each object, by kind and name; of one that was killed, what its log had said by then. */
function accountOf({ report, lines }: Applied): Map<string, Outcome> {
  if (report)
    return new Map(
      report.objects.map(({ kind, name, outcome = "not applied" }) => [called(kind, name), outcome]),
    );
  const line = new RegExp(
    `^(${Object.keys(outcomes).join("|")}): (\\w+) (?:[a-z0-9-]+/)?([a-z0-9-]+)(?::|$)`,
  );
  const found = lines.flatMap((text): [string, Outcome][] => {
    const [, outcome, kind = "", name = ""] = line.exec(text) ?? [];
    return outcome === undefined ? [] : [[called(kind, name), outcome as Outcome]];
  });
  return new Map(found);
}

/** The name of its second namespace is another in each run. */
function called(kind: string, name: string): string {
  return kind === "Namespace" ? "Namespace more" : `${kind} ${name}`;
}

/** Where an account and the cluster do not agree. */
function untruths(
  account: Map<string, Outcome>,
  state: Map<string, string>,
  { before, after }: Undisturbed,
): string[] {
  return [...after.keys()].flatMap((name) => {
    const outcome = account.get(name) ?? "not known";
    const now = state.get(name);
    const [isBefore, isAfter] = [now === before.get(name), now === after.get(name)];
    const isTrue =
      outcome === "not known" ? isBefore || isAfter : outcomes[outcome].isDone ? isAfter : isBefore;
    return isTrue ? [] : [`${name} is said to be "${outcome}" and is not`];
  });
}
