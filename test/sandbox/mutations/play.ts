import { examineAll, type Result } from "../../../operations/doctor/check";
import { checksOf } from "../../../operations/doctor/checks";
import { Facts } from "../../../operations/doctor/facts";
import type { Change } from "../../../sandbox/demo/changes";
import { PullRequests } from "../../../sandbox/demo/pullRequests";
import { fromStranger, stranger } from "../../../sandbox/demo/stranger";
import { untilOver, WatchedRun } from "../../../sandbox/demo/watchedRun";
import { committedFileMutations } from "../../../sandbox/mutations/committedFiles";
import type { Mutation } from "../../../sandbox/mutations/mutation";
import { ClusterLogs, seenOf, type Seen } from "./seen";
import type { DeployedRegion, DeployedWorld } from "./world";

/** What came of one mutation. */
export interface Played {
  mutation: Mutation;
  region: DeployedRegion;
  /** The pull request while it is broken. */
  broken: Seen;
  /** What doctor says then. */
  doctor: Result[];
  /** The same pull request, pushed to once more after all was put back. */
  mended: Seen;
}

/** A mutation and the region that it breaks. */
interface Part {
  mutation: Mutation;
  region: DeployedRegion;
}

/** Mutations that are played side by side, each in a region of its own. */
export function wavesOf(mutations: Mutation[], regions: number): Mutation[][] {
  const isAlone = ({ concernsAllRegions, showsWith }: Mutation) => concernsAllRegions ?? showsWith;
  // The workflow is one for all regions: doctor sees in each of them that somebody edited it.
  const isOfFiles = (mutation: Mutation) => committedFileMutations.includes(mutation);
  const others = mutations.filter((mutation) => !isAlone(mutation));
  return [
    ...inGroups(
      others.filter((mutation) => !isOfFiles(mutation)),
      regions,
    ),
    ...inGroups(others.filter(isOfFiles), regions),
    ...inGroups(mutations.filter(isAlone), 1),
  ];
}

function inGroups<T>(all: T[], size: number): T[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}

/** Breaks, opens a pull request, looks, asks doctor, puts back, pushes once more and looks again: the whole way. */
export async function playWave(world: DeployedWorld, mutations: Mutation[]): Promise<Played[]> {
  const parts = mutations.map((mutation, index) => ({ mutation, region: world.regions[index]! }));
  const author = mutations.some(({ showsWith }) => showsWith) ? stranger : undefined;
  const pulls = new PullRequests(world.sandbox.state, unending, author);
  const change = author ? fromStranger(moreReplicas(parts)) : moreReplicas(parts);

  const undos = await Promise.all(parts.map(({ mutation, region }) => mutation.break(region.deployment)));
  let opened: { number: number; sha: string };
  let broken: Seen[];
  let doctor: Result[][];
  try {
    opened = await pulls.open(change);
    broken = await atTheEnd(opened);
    doctor = await Promise.all(parts.map(examine));
  } finally {
    await Promise.all(undos.map((undo) => undo()));
  }
  const mended = await atTheEnd({ ...opened, sha: await pulls.pushAgain(change.branch) });
  return parts.map((part, index) => ({
    ...part,
    broken: broken[index]!,
    doctor: doctor[index]!,
    mended: mended[index]!,
  }));

  /** Waits until the run on a commit is over, and looks at each region. */
  async function atTheEnd({ number, sha }: typeof opened): Promise<Seen[]> {
    const logs = parts.map(({ region }) => new ClusterLogs(world.sandbox, region));
    const watched = new WatchedRun(pulls, world.sandbox.state, sha);
    await untilOver([watched], unending, () =>
      // A fork's token may not end the run that waits.
      author ? pulls.cancel(watched.run) : pulls.moveClock(longerThanRunnersTake),
    );
    const comment = (await pulls.comments(number)).join("\n");
    const { run, jobs } = watched;
    return Promise.all(
      parts.map(({ region }, index) =>
        seenOf(world.sandbox, region, { run, jobs, comment, pulls, logs: logs[index]! }),
      ),
    );
  }
}

/** The API of each region may have more replicas: what a reviewer would be shown is one change a region. */
function moreReplicas(parts: Part[]): Change {
  return {
    branch: parts.map(({ mutation }) => mutation.name).join("-"),
    title: "Let the API have more replicas",
    shows: "one change a region",
    edits: parts.map(({ region }) => ({
      path: `${region.subject.environment.overlay}/api.yaml`,
      from: "  maxReplicas: ",
      to: "  maxReplicas: 1",
    })),
  };
}

/** Nobody interrupts a test but by ending it. */
const unending = new AbortController().signal;

/** Minutes after which the workflow has given up waiting for a runner. */
const longerThanRunnersTake = 31;

/** What doctor says of a region. It looks into the cluster where that is what is broken: the proof of the guard takes long. */
function examine({ mutation, region }: Part): Promise<Result[]> {
  const looksInside = mutation.name.startsWith("guard-");
  const subject = { ...region.subject, ...(looksInside && { kubectl: region.administrator }) };
  return examineAll(checksOf(subject), new Facts(subject));
}
