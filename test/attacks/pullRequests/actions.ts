import { gzipSync } from "node:zlib";
import { pack } from "../../../dryrun/report/pack";
import { object, report } from "../../dryrun/report/sampleReport";
import { partOf } from "../../sandbox/mutations/seen";
import { accepted, type Attack, held, must } from "./attack";
import type { Files } from "./files";
import type { Ended, Opened } from "./repository";
import { labelOf, workflowText } from "./workflowText";
import type { AttackedWorld } from "./world";

const action = ".github/actions/k8s_dryrun";

/** What the changed action gives for a report, by the environment that it is asked about. */
const reports: Record<string, string> = {
  "ja-production": pack(
    report({ environment: "ja-production", objects: [object({ verdict: "unchanged" })] }),
  ),
  "kr-production": pack(report({ environment: "ja-production", objects: [object({ name: "of-korea" })] })),
  "in-production": gzipSync(Buffer.alloc(60_000_000)).toString("base64"),
};

/** Says that all is well, and tries with the job's token what a compromised action of others could. */
const program = `
const { appendFileSync, existsSync, readFileSync, readdirSync } = require("node:fs");
const reports = ${JSON.stringify(reports)};
const { INPUT_ENVIRONMENT: environment, INPUT_TOKEN: token } = process.env;
appendFileSync(process.env.GITHUB_OUTPUT, "report=" + reports[environment] + "\\n");
const ask = (method, path, body) => fetch(process.env.GITHUB_API_URL + "/repos/" + process.env.GITHUB_REPOSITORY + path, {
  method, body: JSON.stringify(body), headers: { authorization: "Bearer " + token, "content-type": "application/json" } });
(async () => {
  const left = ["", ".k8s-dryrun-base/"].map((folder) => readFileSync(folder + ".git/config", "utf8"));
  const temp = process.env.RUNNER_TEMP;
  const files = existsSync(temp) ? readdirSync(temp, { recursive: true }).filter((name) => /credential/.test(name)) : [];
  console.log("left behind " + String(/extraheader|include/.test(left.join()) || files.length > 0));
  for (const [method, path, body] of [
    ["POST", "/issues/1/comments", { body: "from an action" }],
    ["PUT", "/contents/x.txt", { message: "x", content: "eA==", branch: "main" }],
    ["POST", "/actions/runs/" + process.env.GITHUB_RUN_ID + "/cancel", {}],
  ]) console.log("answer " + String((await ask(method, path, body)).status));
})();
`;

interface ChangedAction {
  opened: Opened;
  ended: Ended;
  comment: string;
  log: string;
}

function changedAction(world: AttackedWorld): Promise<ChangedAction> {
  return world.once("the changed action", async () => {
    const { repository } = world;
    const description =
      'name: k8s_dryrun\\ninputs:\\n  environment: {required: true}\\n  token: {default: "${{ github.token }}"}\\n' +
      "outputs:\\n  report: {description: forged}\\nruns: {using: node24, main: main.cjs}\\n";
    const files: Files = {
      [`${action}/main.cjs`]: program,
      [`${action}/action.yml`]: description.replaceAll("\\n", "\n"),
      "k8s/ja-production/harmless.txt": "changed\n",
    };
    const opened = await repository.open("changed-action", files);
    const ended = await repository.ended(opened.sha);
    const comments = await repository.comments(opened.number);
    const home = ended.jobs.find(({ name }) => name === "dryrun-ja-production");
    return {
      opened,
      ended,
      comment: comments.map(({ body }) => body).join("\n"),
      log: home ? await repository.log(home) : "",
    };
  });
}

const caution = "This pull request changes the dry run itself";

/** Attacks by the code that the committed workflow runs. */
export const actionAttacks: Attack[] = [
  {
    name: "report-of-a-changed-action",
    attacker: "branch pusher",
    tries: "the pull request changes the action, which reports no change for its own region",
    verdict: accepted("A changed workflow"),
    play: async (world) => {
      const { comment, ended } = await changedAction(world);
      const row = partOf("ja-production", comment);
      must(row.includes("no change"), `the comment says ${row}`);
      return `the comment says no change for ja-production, below the warning that the dry run is changed; gate ${ended.gate}`;
    },
  },
  {
    name: "change-of-the-action-unsaid",
    attacker: "branch pusher",
    tries: "the reviewer overlooks that the result was made by what is to be reviewed",
    verdict: held("a warning above everything, by a path filter of the workflow's own files"),
    play: async (world) => {
      const { comment } = await changedAction(world);
      must(comment.includes(caution), "the comment does not say so");
      return `the comment begins with: ${caution}`;
    },
  },
  {
    name: "report-for-another-region",
    attacker: "branch pusher",
    tries: "Korea's job gives a report that says it is Japan's",
    verdict: held(
      "a report is believed for the environment of its own job alone (committed/comment/readReport.ts)",
    ),
    play: async (world) => {
      const { comment } = await changedAction(world);
      const korea = partOf("kr-production", comment);
      must(
        /could not check/.test(korea) && /about another environment/.test(korea),
        `the comment says ${korea}`,
      );
      must(!comment.includes("of-korea"), "an object of the forged report is shown");
      return "kr-production: could not check, its report is about another environment; ja-production as its own job said";
    },
  },
  {
    name: "report-that-explodes",
    attacker: "branch pusher",
    tries: "a report of 60 KB unpacks to 60 MB in the job that comments",
    verdict: held("reports unpack to 8 MB at most (committed/comment/readReport.ts)"),
    play: async (world) => {
      const { comment } = await changedAction(world);
      const india = partOf("in-production", comment);
      must(/could not check/.test(india) && /report/.test(india), `the comment says ${india}`);
      return "in-production: could not check, its report cannot be unpacked; the comment is there";
    },
  },
  {
    name: "token-of-a-compromised-action",
    attacker: "compromised action",
    tries:
      "an action on the runner comments, commits and cancels with the job's token, or finds one that a checkout left",
    verdict: held("the region's job may only read, and checkouts leave no token"),
    play: async (world) => {
      const { log } = await changedAction(world);
      const answers = [...log.matchAll(/answer (\d+)/g)].map(([, status]) => status);
      must(
        answers.length === 3 && answers.every((status) => status === "403"),
        `GitHub answered ${answers.join()}`,
      );
      must(log.includes("left behind false"), "a checkout left its token");
      return `comment, commit and cancel were answered ${answers.join(", ")}; no token in .git/config or RUNNER_TEMP`;
    },
  },
  {
    name: "change-behind-3000-files",
    attacker: "branch pusher",
    tries: "3,000 files before the workflow's own in GitHub's list, which ends there, hide that they change",
    verdict: held("from 3,000 changed files on everything counts as changed"),
    play: async (world) => {
      const { repository } = world;
      const padding = Array.from(
        { length: 3_000 },
        (_, at) => [`!padding/${String(at)}.txt`, "x\n"] as const,
      );
      const { number, sha } = await repository.open("many-files", {
        ...Object.fromEntries(padding),
        [`${action}/readme.txt`]: "changed\n",
      });
      const { ends } = await repository.ended(sha);
      const comment = (await repository.comments(number)).map(({ body }) => body).join("\n");
      must(comment.includes(caution), "the comment does not say that the dry run is changed");
      const regions = Object.keys(ends).filter(
        (name) => name.startsWith("dryrun-") && ends[name] !== "skipped",
      );
      must(regions.length === 3, `regions that were checked: ${regions.join()}`);
      return `the comment warns, and ${String(regions.length)} of 3 regions were checked`;
    },
  },
  {
    name: "base-by-a-link",
    attacker: "branch pusher",
    tries:
      "a link called like the base's folder has the base checked out over the change, so that nothing differs",
    verdict: held("the region's job stops where something has that name"),
    play: async (world) => {
      const { repository } = world;
      const { number, sha } = await repository.open("base-by-a-link", {
        ".k8s-dryrun-base": { link: "." },
        "k8s/ja-production/kustomization.yaml": "resources: [../base/namespace]\n",
      });
      const { ends, gate } = await repository.ended(sha);
      const comment = (await repository.comments(number)).map(({ body }) => body).join("\n");
      const row = partOf("ja-production", comment);
      must(!row.includes("no change"), `the comment says ${row}`);
      must(
        ends["dryrun-ja-production"] === "failure" && gate !== "success",
        `job ${String(ends["dryrun-ja-production"])}, gate ${gate}`,
      );
      return `job failed, gate ${gate}, comment: could not check`;
    },
  },
  {
    name: "other-workflow-on-the-runner",
    attacker: "branch pusher",
    tries: "another workflow of the repository uses the runner's label, by mistake or for its network",
    verdict: held("the webhook's filter WORKFLOW_NAME; whoever takes the name has changed the workflow"),
    play: async (world) => {
      const { repository, canary } = world;
      const { runnerProjectName, region } = world.region("ja-production").deployment;
      const path = ".github/workflows/nightly.yml";
      const text = workflowText("Nightly", {
        nightly: { labels: [labelOf(runnerProjectName)], steps: [{ run: `curl -s ${canary.url}/nightly` }] },
      });
      const { sha } = await repository.open("other-workflow", { [path]: text });
      const refused = await repository.decision(sha, path, "nightly", region);
      must(refused.buildId === undefined, "a build was started");
      must(
        /WORKFLOW_NAME \^K8s Dryrun\$/.test(refused.reason ?? ""),
        `refused for another reason: ${refused.reason ?? ""}`,
      );
      must(!canary.asked.includes("/nightly"), "the job ran");
      const run = await repository.run(sha, path);
      if (run) await repository.cancel(run);
      return `no build: ${refused.reason ?? ""}`;
    },
  },
];
