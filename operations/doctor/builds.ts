import { BatchGetBuildsCommand, ListBuildsForProjectCommand, type Build } from "@aws-sdk/client-codebuild";
import { ok, warning, type Check, type Finding } from "./check";
import type { Facts } from "./facts";

/** Builds that are looked at, newest first. */
const looked = 20;

export const buildChecks: Check[] = [
  {
    name: "recent-builds",
    looksAt: ({ runner }) => `the last builds of ${runner.projectName}`,
    examine: recentBuilds,
  },
];

/** The project's last builds, newest first. */
export function lastBuilds(facts: Facts): Promise<Build[]> {
  return facts.once("builds", async () => {
    const { codeBuild } = facts.aws;
    const { name: projectName } = await facts.project();
    const list = new ListBuildsForProjectCommand({ projectName, sortOrder: "DESCENDING" });
    const ids = ((await codeBuild.send(list)).ids ?? []).slice(0, looked);
    if (ids.length === 0) return [];
    const { builds = [] } = await codeBuild.send(new BatchGetBuildsCommand({ ids }));
    return builds.sort((one, other) => ids.indexOf(one.id ?? "") - ids.indexOf(other.id ?? ""));
  });
}

/** A build that failed is a trace, not a fault by itself: what failed it may be mended since. */
async function recentBuilds(facts: Facts): Promise<Finding> {
  const ended = (await lastBuilds(facts)).filter(({ buildStatus }) => buildStatus !== "IN_PROGRESS");
  const [last] = ended;
  if (!last) return ok("none has ended yet");
  const failed = ended.filter(({ buildStatus }) => buildStatus !== "SUCCEEDED");
  const count = `${String(failed.length)} of the last ${String(ended.length)} failed`;
  if (last.buildStatus === "SUCCEEDED")
    return ok(failed.length === 0 ? `${String(ended.length)} succeeded` : count);
  return warning(
    `${count}; the last one ${whereFailed(last)}`,
    `aws codebuild batch-get-builds --region ${facts.runner.region} --ids ${last.id ?? ""} --query 'builds[0].phases'`,
  );
}

function whereFailed({ buildStatus, phases = [] }: Build): string {
  const phase = phases.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== "SUCCEEDED");
  const message = phase?.contexts?.map((context) => context.message).join(" ") ?? "";
  const where = phase ? ` in ${phase.phaseType ?? ""}` : "";
  return `${buildStatus ?? ""}${where}${message === "" ? "" : `: ${message}`}`;
}
