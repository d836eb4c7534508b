import MarkdownIt from "markdown-it";
import { partOf } from "../../../sandbox/mutations/seen";
import { type Attack, type Attacker, held, must } from "../attack";
import type { Files } from "../files";
import type { Comment, Ended, Job } from "../repository";
import { type AttackedWorld, attackedEnvironment, overlaysBranch } from "../world";

/** An attack by what stands in one overlay. */
export interface ManifestAttack {
  name: string;
  attacker?: Attacker;
  tries: string;
  control: string;
  /** What must be there before, such as a policy in the cluster. */
  prepare?: (world: AttackedWorld) => Promise<void>;
  /** Files of the overlay by their path in its folder. @param url of the canary */
  files: (url: string) => Files;
  /** @returns the proof @throws Breach */
  check: (seen: SeenOverlay) => string | Promise<string>;
}

/** All that the run left about one overlay. */
export interface SeenOverlay {
  job: Job;
  /** Log of its job. */
  log: string;
  /** Its row in the comment's table. */
  row: string;
  /** What the comment says of it beside its objects: the row and its warnings. */
  said: string;
  /** All pages of the comment, and together. */
  pages: string[];
  comment: string;
  /** Every text that the run put out: comment, logs, summaries. */
  everything: string;
  /** Whether the canary was asked for what this attack names. */
  canaryAsked: boolean;
}

/** What the overlays are on the default branch. */
export function baseOf(attacks: ManifestAttack[]): Files {
  return Object.fromEntries(
    attacks.flatMap(({ name }) => {
      const { overlay } = attackedEnvironment(name);
      return [
        [`${overlay}/kustomization.yaml`, "resources: [a.yaml]\n"],
        [
          `${overlay}/a.yaml`,
          `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: default}\n`,
        ],
      ];
    }),
  );
}

/** The attacks, all of them overlays of one pull request, each with a job of its own. */
export function attacksOf(attacks: ManifestAttack[]): Attack[] {
  return attacks.map((attack) => ({
    name: attack.name,
    attacker: attack.attacker ?? "branch pusher",
    tries: attack.tries,
    verdict: held(attack.control),
    play: async (world) => {
      const seen = await world.once("the pull request with overlays", () => playAll(world, attacks));
      return attack.check(seenOf(world, attack, seen));
    },
  }));
}

interface SeenRun {
  ended: Ended;
  comments: Comment[];
  logs: Map<string, string>;
  summary: string;
}

async function playAll(world: AttackedWorld, attacks: ManifestAttack[]): Promise<SeenRun> {
  const { repository, canary } = world;
  for (const { prepare } of attacks) await prepare?.(world);
  const files = attacks.flatMap(({ name, files: filesOf }) => {
    const { overlay } = attackedEnvironment(name);
    return Object.entries(filesOf(`${canary.url}/${name}`)).map(
      ([path, content]) => [`${overlay}/${path}`, content] as const,
    );
  });
  const { number, sha } = await repository.open(
    "hostile-manifests",
    Object.fromEntries(files),
    "colleague",
    overlaysBranch,
  );
  const ended = await repository.ended(sha);
  const logs = await Promise.all(
    ended.jobs.map(async (job) => [job.name, await repository.log(job)] as const),
  );
  return {
    ended,
    comments: await repository.comments(number),
    logs: new Map(logs),
    summary: await repository.summary(ended.run),
  };
}

function seenOf(
  { canary }: AttackedWorld,
  { name }: ManifestAttack,
  { ended, comments, logs, summary }: SeenRun,
): SeenOverlay {
  const jobName = `dryrun-${name}`;
  const job = ended.jobs.find((one) => one.name === jobName);
  must(typeof job?.runner_name === "string", `no runner took the job ${jobName}`);
  const pages = comments.map(({ body }) => body);
  const comment = pages.join("\n");
  const said = partOf(name, comment);
  return {
    job: job!,
    log: logs.get(jobName) ?? "",
    row: said.split("\n")[0] ?? "",
    said,
    pages,
    comment,
    everything: [comment, summary, ...logs.values()].join("\n"),
    canaryAsked: canary.asked.some((path) => path.startsWith(`/${name}`)),
  };
}

/** The dry run stopped before it asked the cluster, and said why. */
export function stopped(why: RegExp): ManifestAttack["check"] {
  return ({ job, said, row, canaryAsked }) => {
    must(!canaryAsked, "the address was asked");
    must(job.conclusion === "failure", `the job ended ${String(job.conclusion)}`);
    must(row.includes("could not check"), `the comment says ${row}`);
    must(why.test(said), `the comment does not say ${String(why)}: ${said}`);
    return `the canary was not asked; job failed; comment: could not check, ${why.exec(said)?.[0] ?? ""}`;
  };
}

const markdown = new MarkdownIt({ html: true, linkify: true });

/** A comment as HTML without what stands in code: there nothing of others may be. */
export function outsideOfCode(text: string): string {
  return markdown.render(text).replace(/<code(?: class="language-\w+")?>[^<]*<\/code>/g, "(code)");
}
