// The program of the action k8s_dryrun in the load test: it asks no cluster, and its report says whose it is.
import { appendFileSync, readFileSync } from "node:fs";
import { pack } from "../../../dryrun/report/pack";
import { object, report } from "../../dryrun/report/sampleReport";
import { markText } from "./marks";
import type { Play } from "./plan";

/** Variable of the machine that has the {@link Play} as JSON. */
const { PLAY = "", AWS_REGION: region = "", GITHUB_EVENT_PATH = "", GITHUB_OUTPUT = "" } = process.env;
const environment = process.env.INPUT_ENVIRONMENT ?? "";
const overlay = process.env.INPUT_OVERLAY ?? "";
const play = JSON.parse(PLAY) as Play;
const event = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8")) as {
  pull_request: { number: number; head: { sha: string } };
};

function playedReport() {
  const { number, head } = event.pull_request;
  const objects = Array.from({ length: play.objects }, (_, index) => {
    const name = markText({ pullRequest: number, head: head.sha, environment, region, object: index });
    const diff = Array.from({ length: play.lines }, (_, line) => `+line ${String(line)} of ${name}`).join(
      "\n",
    );
    return object({ name, diff, verdict: play.ending === "would fail" ? "would-fail" : "change" });
  });
  return report({ environment, overlay, objects, durationSeconds: play.seconds });
}

setTimeout(() => {
  const { exitCode } = playedReport();
  if (play.ending !== "no report") appendFileSync(GITHUB_OUTPUT, `report=${pack(playedReport())}\n`);
  process.exitCode = play.ending === "no report" ? 2 : exitCode;
}, play.seconds * 1000);
