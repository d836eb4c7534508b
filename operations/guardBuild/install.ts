import type { GuardOptions } from "../../committed/guard";
import type { EnvironmentWithRunner } from "../../stacks/environments";
import type { AwsClients } from "../doctor/awsClients";
import type { Say } from "../guardInstall";
import { openBuilds, runBuild, untilInterfacesGone } from "./build";
import { guardBuildspec } from "./buildspec";
import { placeOf, type Place } from "./place";
import { temporaryThings, type TemporaryThing } from "./temporary";

/** How a person is asked and told. */
export interface Conversation {
  say: Say;
  /** Whether to go on. */
  confirm: () => Promise<boolean>;
  /** Ends it from outside: the build is stopped, and everything is removed all the same. */
  signal: AbortSignal;
}

/** Longest wait for CodeBuild to take away its network interfaces, in seconds. */
const interfaceSeconds = 600;

/**
 * Installs the guard of a cluster that only its VPC reaches: by one build of a project that is there for it alone, in the
 * runner's subnets, with an access entry that is taken away afterwards, whatever happens. What a run that was killed has left
 * is removed first.
 * @returns whether it was done; false if the person did not want it
 * @throws Error if the guard is not proven at the end, or something is left, with the commands that remove it
 */
export async function installGuardByBuild(
  environment: EnvironmentWithRunner,
  options: GuardOptions,
  clients: AwsClients,
  { say, confirm, signal }: Conversation,
): Promise<boolean> {
  const place = await placeOf(environment, clients);
  const name = `eks-dryrun-runner-guard-${environment.name}`;
  const buildspec = guardBuildspec({ ...place, options });
  const things = temporaryThings(name, buildspec, place, clients);
  const left = await thoseThere(things);
  for (const line of planned(things, left, place)) say(line);
  if (!(await confirm())) return false;

  await refuseSecond(name, clients);
  if (left.length > 0) await removeAll(name, things, clients, say);
  const failure = await build(name, things, clients, { say, signal }).catch(
    (error: unknown) => error as Error,
  );
  await removeAll(name, things, clients, say).catch((error: unknown) => {
    throw new Error([failure?.message ?? [], (error as Error).message].flat().join("\n"));
  });
  if (failure) throw failure;
  return true;
}

async function build(
  name: string,
  things: TemporaryThing[],
  clients: AwsClients,
  { say, signal }: Pick<Conversation, "say" | "signal">,
): Promise<undefined> {
  for (const thing of things) {
    if (signal.aborted) break;
    say(`Making ${thing.what} ...`);
    await thing.make();
  }
  if (signal.aborted) throw new Error("It was ended before the build.");
  await runBuild(name, clients, { say, signal });
}

function planned(things: TemporaryThing[], left: TemporaryThing[], place: Place): string[] {
  const { accountId, region, clusterName, subnetIds } = place;
  return [
    `The guard will be installed in ${clusterName} by one build in ${region}, account ${accountId}, in ${subnetIds.join(", ")}.`,
    "For the time of the build there will be:",
    ...things.map(({ what }) => `  - ${what}`),
    "They are removed afterwards, whatever becomes of the build.",
    ...(left.length === 0
      ? []
      : [`Left by an earlier run, and removed first: ${left.map(({ what }) => what).join("; ")}.`]),
  ];
}

async function thoseThere(things: TemporaryThing[]): Promise<TemporaryThing[]> {
  const there = await Promise.all(things.map((thing) => thing.isThere()));
  return things.filter((_thing, index) => there[index]);
}

async function refuseSecond(name: string, clients: AwsClients): Promise<void> {
  const open = await openBuilds(name, clients);
  if (open.length > 0)
    throw new Error(
      `The guard is being installed there right now, or a run was killed: the build ${open.join(", ")} is not over. Wait for ` +
        `its end, or stop it: aws codebuild stop-build --id ${open[0] ?? ""}`,
    );
}

/** Removes everything, what gives rights in the cluster first. One thing that cannot be removed does not keep the others. */
async function removeAll(
  name: string,
  things: TemporaryThing[],
  clients: AwsClients,
  say: Say,
): Promise<void> {
  const [entry, ...others] = [...things].reverse();
  const failures: string[] = [];
  const remove = async (thing: TemporaryThing) => {
    say(`Removing ${thing.what} ...`);
    await thing.remove().catch((error: unknown) => failures.push((error as Error).message));
  };
  if (entry) await remove(entry);
  await untilInterfacesGone(name, clients, interfaceSeconds).catch((error: unknown) =>
    failures.push((error as Error).message),
  );
  for (const thing of others) await remove(thing);
  const left = failures.length > 0 ? things : await thoseThere(things);
  if (left.length === 0) return;
  throw new Error(
    [
      `Not everything could be removed${failures.length > 0 ? `: ${failures.join("; ")}` : ""}. Remove what is left:`,
      ...left.map(({ removedBy }) => `    ${removedBy}`),
    ].join("\n"),
  );
}
