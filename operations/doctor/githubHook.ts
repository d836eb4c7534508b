import { judged, ok, unknown, wrong, type Check, type Fault, type Finding } from "./check";
import { lastDelivery, findHook, repositoryPath } from "./deliveries";
import type { Facts } from "./facts";
import { dependsOn } from "./lookup";

const repository = ({ subject }: Facts) => subject.settings.targetRepository.fullName;

export const githubHookChecks: Check[] = [
  {
    name: "github-repository",
    looksAt: (facts) => `the GitHub repository ${repository(facts)}`,
    examine: async (facts) => {
      const { settings, github } = facts.subject;
      const found = await github.get<{ visibility: string }>(repositoryPath(facts), "Metadata: read");
      if (!found) {
        return unknown(`GitHub shows no ${repository(facts)} to this token`, "export GITHUB_TOKEN=...");
      }
      const isPublic = found.visibility === "public";
      if (isPublic === settings.targetRepositoryIsPublic) return ok(found.visibility);
      return wrong(
        `it is ${found.visibility}, but eks-dryrun-runner:targetRepositoryIsPublic is ${String(!isPublic)}`,
        `pulumi config set eks-dryrun-runner:targetRepositoryIsPublic ${String(isPublic)} --stack ${facts.subject.environment.name}`,
      );
    },
  },
  { name: "github-hook", looksAt: (facts) => `the webhooks of ${repository(facts)}`, examine: hook },
  {
    name: "github-deliveries",
    looksAt: ({ runner }) => `what GitHub last delivered for ${runner.projectName}`,
    examine: deliveries,
  },
];

async function hook(facts: Facts): Promise<Finding> {
  const found = await findHook(facts);
  if (!found) {
    return wrong(
      "GitHub has no webhook that leads to the project, so CodeBuild never hears of a job",
      `aws codebuild delete-webhook --region ${facts.runner.region} --project-name ${facts.runner.projectName}\n${facts.up}`,
    );
  }
  const edit = `gh api --method PATCH ${repositoryPath(facts).slice(1)}/hooks/${String(found.id)}`;
  const faults: Fault[] = [];
  if (!found.active) faults.push({ what: "it is not active", mend: `${edit} -F active=true` });
  if (!found.events.includes("workflow_job") && !found.events.includes("*")) {
    faults.push({
      what: `it sends ${found.events.join(", ")}, expected workflow_job`,
      mend: `${edit} -f 'add_events[]=workflow_job'`,
    });
  }
  return judged(faults, `hook ${String(found.id)} sends workflow_job`);
}

async function deliveries(facts: Facts): Promise<Finding> {
  const found = await findHook(facts);
  if (!found) throw dependsOn("a webhook of the repository");
  const last = await lastDelivery(facts, found);
  if (!last) return ok("no job has asked for this project yet, or not lately");
  const said = `${String(last.status_code)} ${last.status} at ${last.delivered_at}`;
  if (last.status_code >= 200 && last.status_code < 300) return ok(said);
  return wrong(
    `the last job was delivered in vain: ${said}${last.answer === "" ? "" : `, CodeBuild says: ${last.answer}`}`,
    `gh api ${repositoryPath(facts).slice(1)}/hooks/${String(found.id)}/deliveries/${String(last.id)}`,
  );
}
