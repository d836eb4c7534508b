import { ListProjectsCommand, type Project } from "@aws-sdk/client-codebuild";
import { runnerGroupVariable } from "../../components/runnerRegistration";
import { environments, hasRunner } from "../../stacks/environments";
import type { Settings } from "../../stacks/settings";
import { differences, judged, ok, wrong, type Check, type Finding } from "./check";
import type { Facts } from "./facts";

const lookedAt = ({ runner }: Facts) => `CodeBuild project ${runner.projectName} in ${runner.region}`;

export const projectChecks: Check[] = [
  { name: "project", looksAt: lookedAt, examine: existence },
  {
    name: "project-name",
    looksAt: ({ runner }) => `projects named ${runner.projectName} in all regions of the registry`,
    examine: uniqueness,
  },
  { name: "project-settings", looksAt: lookedAt, examine: settings },
];

async function existence(facts: Facts): Promise<Finding> {
  const { runner, subject, up } = facts;
  const project = await facts.findProject();
  if (!project) {
    const { projects = [] } = await facts.aws.codeBuild.send(new ListProjectsCommand({}));
    const others = projects.length > 0 ? `; there are ${projects.join(", ")}` : "";
    return wrong(
      `${runner.region} has no project ${runner.projectName}, which is the name in the workflow's runner label${others}`,
      up,
    );
  }
  const { fullName } = subject.settings.targetRepository;
  const location = project.source?.location ?? "nowhere";
  const isTargets = location.toLowerCase() === `https://github.com/${fullName}.git`.toLowerCase();
  return isTargets ? ok(`on ${fullName}`) : wrong(`its source is ${location}, expected ${fullName}`, up);
}

/** Every project on a repository hears of every job, and the name alone selects: two of a name start two builds. */
async function uniqueness(facts: Facts): Promise<Finding> {
  const regions = new Set(environments.filter(hasRunner).map(({ runner }) => runner.region));
  const found = await Promise.all(
    [...regions].map(async (region) => ((await facts.findProject(region)) ? [region] : [])),
  );
  const doubles = found.flat().filter((region) => region !== facts.runner.region);
  const faults = doubles.map((region) => ({
    what: `there is another project of that name in ${region}, which starts a second build for every job`,
    mend: `aws codebuild delete-project --region ${region} --name ${facts.runner.projectName}`,
  }));
  return judged(
    faults,
    `none in ${[...regions].filter((region) => region !== facts.runner.region).join(", ")}`,
  );
}

async function settings(facts: Facts): Promise<Finding> {
  const project = await facts.project();
  const { settings, environment } = facts.subject;
  const rows: Parameters<typeof differences>[0] = [
    ...buildSettings(project, settings),
    ["minutes for a build", project.timeoutInMinutes, settings.buildTimeoutMinutes],
    // A build above the limit is dropped, not queued: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
    ["limit of concurrent builds", project.concurrentBuildLimit, undefined],
    ["number of subnets", project.vpcConfig?.subnets?.length ?? 0, settings.runnerSubnets.length],
    ["runner group", groupOf(project), settings.runnerGroup && String(settings.runnerGroup.id)],
    ["buildspec", isFromBranch(project) ? "a file of the repository" : "inline", "inline"],
  ];
  const faults = differences(rows, facts.up);
  return judged(faults, `as Pulumi.${environment.name}.yaml has them`);
}

/** What a project of the program has of the settings, whichever of them it is. */
export function buildSettings(
  { environment, queuedTimeoutInMinutes, source }: Project,
  { computeType, image, queuedTimeoutMinutes, githubCredential }: Settings,
): Parameters<typeof differences>[0] {
  return [
    ["compute type", environment?.computeType, computeType],
    ["image", environment?.image, image],
    ["environment type", environment?.type, "LINUX_CONTAINER"],
    ["minutes in the queue", queuedTimeoutInMinutes, queuedTimeoutMinutes],
    [
      "GitHub credential",
      source?.auth?.resource,
      "arn" in githubCredential ? githubCredential.arn : undefined,
    ],
  ];
}

/** Id of the runner group that the project's variables name. */
function groupOf({ environment }: Project): string | undefined {
  const variables = environment?.environmentVariables ?? [];
  return variables.find(({ name }) => name === runnerGroupVariable)?.value;
}

/** A buildspec of one line names a file, and a label could bring one out of a branch. */
function isFromBranch({ source }: Project): boolean {
  return !(source?.buildspec ?? "").includes("\n");
}
