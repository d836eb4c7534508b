import { RepositoryFile } from "@pulumi/github";
import {
  validateResourceOfType,
  type ResourceValidation,
  type ResourceValidationPolicy,
} from "@pulumi/policy";
import { workflowFile, type Job, type WorkflowFile } from "../workflowFile";

/** A tag can be moved to other code, as happened to tj-actions/changed-files; a commit cannot. */
export const actionsArePinned: ResourceValidationPolicy = {
  name: "actions-are-pinned",
  description: "Committed workflows and actions use the actions of others by commit.",
  validateResource: workflows(({ steps, jobs }, repository) => {
    const called = jobs.flatMap(({ uses }) => uses ?? []).filter((uses) => !isOwnWorkflow(uses, repository));
    const used = [...steps.flatMap(({ uses }) => uses ?? []), ...called];
    return used
      .filter((uses) => !/^\.\/|^docker:.*@sha256:[0-9a-f]{64}$|^[^@]+@[0-9a-f]{40}$/.test(uses))
      .map((uses) => `It uses ${uses}. Mend: the full commit behind @, its version as a comment.`);
  }),
};

/** A workflow of the repository that the files are committed to, whose owner is the provider's. */
function isOwnWorkflow(uses: string, repository: string): boolean {
  const [, name, rest = ""] = uses.split("/");
  return name === repository && rest === ".github" && uses.split("/")[3] === "workflows";
}

/** What is not said is the repository's setting, which may be `write-all`. */
export const permissionsAreNarrow: ResourceValidationPolicy = {
  name: "permissions-are-narrow",
  description:
    "Committed workflows say what their token may do: nothing to write for all jobs, nor for a job on a runner.",
  validateResource: workflows(({ isWorkflow, permissions, jobs }) => [
    ...(isWorkflow && (permissions === undefined || writes(permissions))
      ? [
          "Its `permissions` for all jobs are not said, or can write. Mend: `permissions: {}`, and each job its own.",
        ]
      : []),
    ...jobs
      .filter((job) => writes(job.permissions) && (isWide(job.permissions) || runsInsideVpc(job)))
      .map(
        ({ id, permissions }) =>
          `Job ${id} has ${JSON.stringify(permissions)}. Mend: name what it needs; on a runner, nothing to write.`,
      ),
  ]),
};

function writes(permissions: unknown): boolean {
  return isWide(permissions) || Object.values(permissions ?? {}).includes("write");
}

/** `write-all`, and `read-all`. */
function isWide(permissions: unknown): boolean {
  return typeof permissions === "string";
}

/** Whether a job asks for a runner of a CodeBuild project, or may. What it calls is a file with jobs of its own. */
function runsInsideVpc({ runsOn, uses }: Job): boolean {
  return (
    uses === undefined &&
    !/^\["(?:ubuntu|windows|macos)-[a-z0-9.-]+"\]$/.test(JSON.stringify([runsOn].flat()))
  );
}

/** Both run with the rights of the default branch on what a fork's pull request says. */
export const noDangerousTriggers: ResourceValidationPolicy = {
  name: "no-dangerous-triggers",
  description: "Committed workflows do not run with a writing token for pull requests of forks.",
  validateResource: workflows(({ triggers }) =>
    triggers
      .filter((trigger) => ["pull_request_target", "workflow_run"].includes(trigger))
      .map((trigger) => `It starts on ${trigger}. Mend: pull_request.`),
  ),
};

/** A job that runs code of a branch gives its secrets to whoever can push one. */
export const noSecrets: ResourceValidationPolicy = {
  name: "no-secrets",
  description: "Committed workflows use no secrets of the repository.",
  validateResource: workflows(({ expressions, jobs }) => [
    ...expressions
      .filter((expression) => /\bsecrets\b/i.test(expression))
      .map(
        (expression) => `It reads ${expression.trim()}. Mend: \`github.token\` for GitHub, the role for AWS.`,
      ),
    ...jobs
      .filter(({ passesSecrets }) => passesSecrets)
      .map(({ id }) => `Job ${id} passes secrets on. Mend: take \`secrets\` away.`),
  ]),
};

/** A check of each workflow and action among the files that are committed. */
function workflows(problems: (file: WorkflowFile, repository: string) => string[]): ResourceValidation {
  return validateResourceOfType(RepositoryFile, ({ file, content, repository }, args, reportViolation) => {
    if (!/^\.github\/(?:workflows|actions)\/.*\.ya?ml$/.test(file)) return;
    const parsed = workflowFile(content);
    const sentences =
      typeof parsed === "string"
        ? [`It is no workflow: ${parsed}. Mend: YAML.`]
        : problems(parsed, repository);
    for (const sentence of sentences) reportViolation(sentence);
  });
}
