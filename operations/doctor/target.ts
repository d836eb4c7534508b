import { parse } from "yaml";
import { actionFolder, workflowPath } from "../../committed/paths";
import { repositoryPath } from "./deliveries";
import type { Facts } from "./facts";
import { dependsOn } from "./lookup";

/** A file of the target repository's default branch. */
export interface TargetFile {
  /** Git's name of its content. */
  sha: string;
  text: string;
}

/** A job of the committed workflow, as far as it is looked at. */
export interface WorkflowJob {
  "runs-on"?: string | string[] | { group?: string; labels?: string | string[] };
  strategy?: { matrix?: { eks_version_label?: (string | number)[] } };
  steps?: { uses?: string; with?: Record<string, string> }[];
}

/** A file of the target repository, if it is there. */
export function targetFile(facts: Facts, path: string): Promise<TargetFile | undefined> {
  return facts.once(path, async () => {
    const address = `${repositoryPath(facts)}/contents/${path}`;
    const file = await facts.subject.github.get<{ sha: string; content: string }>(address, "Contents: read");
    return file && { sha: file.sha, text: Buffer.from(file.content, "base64").toString("utf8") };
  });
}

/**
 * The jobs of the committed workflow.
 * @throws CannotLook if there is no workflow
 */
export async function workflowJobs(facts: Facts): Promise<Record<string, WorkflowJob>> {
  const file = await targetFile(facts, workflowPath);
  if (!file) throw dependsOn(`${workflowPath} in the target repository`);
  return (parse(file.text) as { jobs?: Record<string, WorkflowJob> } | null)?.jobs ?? {};
}

/**
 * The environment's job in the committed workflow.
 * @throws CannotLook if there is none
 */
export async function ownJob(facts: Facts): Promise<WorkflowJob> {
  const job = (await workflowJobs(facts))[facts.runner.jobName];
  if (!job) throw dependsOn(`the job ${facts.runner.jobName} in ${workflowPath}`);
  return job;
}

/** The inputs that the environment's job gives to the dry-run action. */
export async function actionInputs(facts: Facts): Promise<Record<string, string>> {
  const { steps = [] } = await ownJob(facts);
  return steps.find(({ uses }) => uses?.endsWith(`/${actionFolder}`))?.with ?? {};
}
