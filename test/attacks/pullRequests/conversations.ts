import { gateCheckName } from "../../../committed/gateJob";
import { partOf } from "../../sandbox/mutations/seen";
import { type Attack, held, must } from "./attack";
import type { Comment, Ended, Opened } from "./repository";
import { askGitHub, script, type Step, workflowText } from "./workflowText";
import type { AttackedWorld } from "./world";

const path = ".github/workflows/hostile.yml";
const bot = "github-actions[bot]";
const forged = "Dry run: no change, says somebody else";

/** First line of a comment of ours, of a run that will never be. */
const futureMarker = `<!-- eks-dryrun-runner comment 1 head=${"a".repeat(40)} run=99999999999999 attempt=1 page=1/1 -->`;

/** An honest pull request of a colleague. */
async function victim(world: AttackedWorld, name: string): Promise<Opened> {
  return world.repository.open(name, {
    [`k8s/kr-production/${name}.txt`]: "changed\n",
  });
}

interface AfterRun {
  ended: Ended;
  comments: Comment[];
  /** What its own workflow says of Korea. */
  row: string;
}

async function afterRun(world: AttackedWorld, { number, sha }: Opened): Promise<AfterRun> {
  const ended = await world.repository.ended(sha);
  const comments = await world.repository.comments(number);
  const own = comments.filter(({ author }) => author === bot);
  return { ended, comments, row: partOf("kr-production", own.map(({ body }) => body).join("\n")) };
}

/** Only the honest comment stands there in the workflow's name. */
function isHonest({ comments, row }: AfterRun): string {
  const own = comments.filter(({ author }) => author === bot);
  must(own.length === 1, `${String(own.length)} comments in the workflow's name`);
  must(!own[0]?.body.includes(forged), "the forged text stands there");
  must(/✅|no change/.test(row), `the honest comment says ${row}`);
  return "one comment in the workflow's name, the honest one of the newest run";
}

/** A pull request with a job that GitHub's machines run, with rights on all conversations. */
function hostile(world: AttackedWorld, name: string, steps: Step[], more: object = {}): Promise<Opened> {
  const permissions = { "pull-requests": "write", actions: "read" };
  const text = workflowText(name, { hostile: { labels: "ubuntu-24.04", permissions, steps } }, more);
  return world.repository.open(name, { [path]: text });
}

const done = (world: AttackedWorld, { sha }: Opened) =>
  world.repository.job(sha, path, "hostile", ({ status }) => status === "completed");

/** Attacks on what other pull requests' reviewers see. */
export const conversationAttacks: Attack[] = [
  {
    name: "comment-of-a-person",
    attacker: "branch pusher",
    tries: "a person's comment begins with our first line, so that the workflow changes or believes it",
    verdict: held("comments count by their author (committed/comment/post.ts)"),
    play: async (world) => {
      const { repository } = world;
      const opened = await victim(world, "victim-of-a-person");
      await repository.ask("POST", `issues/${String(opened.number)}/comments`, {
        body: `${futureMarker}\n${forged}`,
      });
      const after = await afterRun(world, opened);
      must(
        after.comments.some(({ author, body }) => author !== bot && body.includes(forged)),
        "the person's comment was changed",
      );
      return isHonest(after);
    },
  },
  {
    name: "comment-of-a-future-run",
    attacker: "branch pusher",
    tries:
      "another pull request's workflow writes a comment of a run far in the future, which silences all that come",
    verdict: held("a newer run is believed when GitHub knows it (committed/comment/genuine.ts)"),
    play: async (world) => {
      const opened = await victim(world, "victim-of-the-future");
      await world.repository.ended(opened.sha);
      const comments = `/issues/${String(opened.number)}/comments`;
      await done(
        world,
        await hostile(world, "future-run", [
          askGitHub("POST", comments, { body: `${futureMarker}\n${forged}` }),
        ]),
      );
      const there = await world.repository.comments(opened.number);
      must(
        there.some(({ author, body }) => author === bot && body.includes(forged)),
        "nothing was forged, so nothing is proven",
      );
      return isHonest(await afterRun(world, await world.repository.pushAgain(opened)));
    },
  },
  {
    name: "comment-of-the-same-run",
    attacker: "branch pusher",
    tries: "another pull request's workflow is faster, and comments in the name of the run that is under way",
    verdict: held("a text in the own run's name that is not its own is replaced (committed/comment/post.ts)"),
    play: async (world) => {
      const { repository } = world;
      const opened = await victim(world, "victim-of-the-same-run");
      const first = await repository.ended(opened.sha);
      const racer = await hostile(world, "same-run", [
        script(forgeNextRun(opened, first), { TOKEN: "${{ github.token }}" }),
      ]);
      await repository.job(racer.sha, path, "hostile", ({ status }) => status === "in_progress");
      const after = await afterRun(world, await repository.pushAgain(opened));
      const log = await repository.log(await done(world, racer));
      must(/forged 201/.test(log), "nothing was forged, so nothing is proven");
      return isHonest(after);
    },
  },
  {
    name: "comment-of-another-pull-request",
    attacker: "branch pusher",
    tries:
      "a workflow changes the comment of another pull request's run, so that what it says is overlooked and merged",
    verdict: held("the gate believes no comment, and the next run comments anew (committed/gate.ts)"),
    play: async (world) => {
      const { repository } = world;
      const opened = await repository.open("victim-of-an-edit", {
        "k8s/kr-production/kustomization.yaml": "resources: [missing.yaml]\n",
      });
      const { comments, ended } = await afterRun(world, opened);
      const target = `/issues/comments/${String(comments[0]?.id)}`;
      await done(world, await hostile(world, "edit", [askGitHub("PATCH", target, { body: forged })]));
      const [edited] = await repository.comments(opened.number);
      must(edited?.body === forged, "the comment was not changed, so nothing is proven");
      const { ends } = await repository.ended(opened.sha);
      must(
        ended.gate === "failure" && ends[gateCheckName] === "failure",
        `the gate is ${String(ends[gateCheckName])}`,
      );
      must(
        partOf("kr-production", await repository.summary(ended.run)) !== "",
        "the run's page does not say it",
      );
      const again = await afterRun(world, await repository.pushAgain(opened));
      must(again.row.includes("could not check"), `the next run's comment says ${again.row}`);
      return "the comment was changed, as GitHub lets every workflow's token; the gate stayed red, the run's page too, and the next run commented anew";
    },
  },
  {
    name: "cancel-another-run",
    attacker: "branch pusher",
    tries:
      "a workflow takes another pull request's concurrency group and cancels its runs, to get past the gate",
    verdict: held("a cancelled region turns the gate red (committed/gate.ts)"),
    play: async (world) => {
      const { repository } = world;
      const opened = await victim(world, "victim-of-a-cancellation");
      await repository.job(
        opened.sha,
        ".github/workflows/k8s-dryrun.yml",
        "dryrun-kr-production",
        ({ status }) => status !== "completed",
      );
      const group = { group: `k8s-dryrun-${String(opened.number)}`, "cancel-in-progress": true };
      await hostile(world, "cancel", [{ run: "true" }], { concurrency: group });
      const { ended } = await afterRun(world, opened);
      must(
        ended.run.conclusion === "cancelled",
        `the run ended ${String(ended.run.conclusion)}, so nothing is proven`,
      );
      must(ended.gate !== "success", "the gate is green");
      const again = await afterRun(world, await repository.pushAgain(opened));
      must(again.ended.gate === "success", `after the next push the gate is ${again.ended.gate}`);
      return `run cancelled, gate ${ended.gate}; green after the next push`;
    },
  },
];

/** Waits for the next run of a branch and comments in its name before it does. */
function forgeNextRun({ number, branch }: Opened, { run }: Ended): string {
  return `
const ask = async (method, path, body) => {
  const answer = await fetch(process.env.GITHUB_API_URL + "/repos/" + process.env.GITHUB_REPOSITORY + path, {
    method, body: body && JSON.stringify(body),
    headers: { authorization: "Bearer " + process.env.TOKEN, "content-type": "application/json" } });
  return { status: answer.status, data: await answer.json() };
};
(async () => {
  for (let tries = 0; tries < 400; tries += 1) {
    const { data } = await ask("GET", "/actions/runs?branch=${branch}");
    const next = data.workflow_runs.find(({ id, name }) => id > ${String(run.id)} && name === "K8s Dryrun");
    if (next) {
      const body = "<!-- eks-dryrun-runner comment 1 head=" + next.head_sha + " run=" + next.id + " attempt=1 page=1/1 -->\\n${forged}";
      console.log("forged " + String((await ask("POST", "/issues/${String(number)}/comments", { body })).status));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
})();`;
}
