import { committedFiles } from "../../committed/files";
import { gitBlob } from "../../committed/gitBlob";
import { workflowPath } from "../../committed/paths";
import { headBranch } from "../../stacks/deliveryPlan";
import { environments, homeEnvironment } from "../../stacks/environments";
import { committedEnvironments, committedSettings } from "../../stacks/committedPlan";
import { runnerLabel } from "../../stacks/runnerLabel";
import { judged, ok, wrong, type Check, type Finding } from "./check";
import { appliedEnvironments } from "./committedApply";
import { openDelivery } from "./delivery";
import type { Facts } from "./facts";
import { actionInputs, ownJob, targetFile, workflowJobs } from "./target";

/** The home stack owns the files, so it is what mends them. */
const homeUp = `pulumi up --refresh --stack ${homeEnvironment}`;

export const committedChecks: Check[] = [
  {
    name: "committed-files",
    looksAt: ({ subject }) => `the program's files in ${subject.settings.targetRepository.fullName}`,
    examine: files,
  },
  { name: "workflow-runner", looksAt: (facts) => `runs-on of ${jobOf(facts)}`, examine: runner },
  { name: "workflow-cluster", looksAt: (facts) => `region and cluster of ${jobOf(facts)}`, examine: cluster },
  {
    name: "workflow-version",
    looksAt: (facts) => `the EKS version label of ${jobOf(facts)}`,
    examine: version,
  },
];

const jobOf = ({ runner }: Facts) => `job ${runner.jobName} in ${workflowPath}`;

/**
 * Compares with what the program would write for the regions that the committed workflows have: whether each of them is
 * deployed is its own stack's matter.
 */
async function files(facts: Facts): Promise<Finding> {
  const jobs = (await targetFile(facts, workflowPath)) ? await workflowJobs(facts) : {};
  const deployed = environments.filter(
    ({ name, runner }) => name === homeEnvironment || (runner !== undefined && runner.jobName in jobs),
  );
  const names = new Set(deployed.map(({ name }) => name));
  const settings = await facts.subject.homeSettings();
  const applied = await appliedEnvironments(facts);
  const expected = committedFiles(
    committedEnvironments(environments, names, applied),
    committedSettings(settings, applied.size > 0),
  );
  const found = await Promise.all(
    expected.map(async (file) => ({ ...file, sha: (await targetFile(facts, file.path))?.sha })),
  );
  const missing = found.filter(({ sha, content }) => sha !== gitBlob(content));
  const base = new Map(found.flatMap(({ path, sha }) => (sha === undefined ? [] : [[path, sha]])));
  const waiting =
    settings.delivery === "pullRequest" && missing.length > 0
      ? await openDelivery(facts, headBranch(expected, base))
      : undefined;
  const faults = missing.map(async ({ path, content, sha }) => {
    if (waiting && (await waiting.blobOf(path)) === gitBlob(content))
      return { what: `${path} is not merged yet`, mend: `# merge ${waiting.url}` };
    return { what: sha ? `${path} is not what the program writes` : `${path} is not there`, mend: homeUp };
  });
  return judged(await Promise.all(faults), `${String(expected.length)} files as the program writes them`);
}

async function runner(facts: Facts): Promise<Finding> {
  const { jobName, projectName } = facts.runner;
  if (!(jobName in (await workflowJobs(facts)))) {
    return wrong(`the workflow has no job ${jobName}: the home stack has not seen this region yet`, homeUp);
  }
  const runsOn = (await ownJob(facts))["runs-on"] ?? [];
  const labels = typeof runsOn === "string" || Array.isArray(runsOn) ? runsOn : (runsOn.labels ?? []);
  const label = [labels].flat().join(", ");
  if (label === runnerLabel(projectName)) return ok(label);
  return wrong(
    `it is ${label}, expected ${runnerLabel(projectName)}: no runner will ever have that label`,
    homeUp,
  );
}

async function cluster(facts: Facts): Promise<Finding> {
  const inputs = await actionInputs(facts);
  const { region, clusterName } = facts.runner;
  const faults = [
    ["region", inputs.region, region],
    ["cluster-name", inputs["cluster-name"], clusterName],
  ].flatMap(([name = "", is = "not set", expected = ""]) =>
    is === expected ? [] : [{ what: `${name} is ${is}, expected ${expected}`, mend: homeUp }],
  );
  return judged(faults, `${clusterName} in ${region}`);
}

/** The label chooses kubectl, which fits a cluster of its own minor version and its neighbours. */
async function version(facts: Facts): Promise<Finding> {
  const label = String((await ownJob(facts)).strategy?.matrix?.eks_version_label?.[0] ?? "not there");
  const is = ((await facts.cluster()).version ?? "").replace(".", "_");
  if (label === is && facts.runner.eksVersionLabel === is) return ok(is);
  if (label === is) {
    return wrong(
      `the cluster and the workflow are at ${is}, but stacks/environments.ts says ${facts.runner.eksVersionLabel}`,
      `# set runner.eksVersionLabel of ${facts.subject.environment.name} to ${is} in stacks/environments.ts`,
    );
  }
  return wrong(
    `it is ${label}, but the cluster is at ${is}`,
    `# set runner.eksVersionLabel of ${facts.subject.environment.name} to ${is} in stacks/environments.ts, then:\n${homeUp}`,
  );
}
