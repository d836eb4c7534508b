import { Project, Webhook } from "@pulumi/aws/codebuild";
import { AccessEntry } from "@pulumi/aws/eks";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import {
  validateResourceOfType,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { hasCondition, statementsOf, type Statement } from "../policyDocument";
import { sourcesOf } from "../runners";

/** The group that may only send dry runs; whoever is in another one may write. Groups `system:` are another rule's. */
const harmless = /^(?:pr-dry-run$|system:)/;

/** Looks at several resources: whose role, and whether a webhook starts its builds. */
export const writersHaveNoWebhook: StackValidationPolicy = {
  name: "writers-have-no-webhook",
  description:
    "A build that may write to the cluster is started by no webhook, and brings its own buildspec.",
  validateStack: ({ resources }, reportViolation) => {
    const writers = resources
      .filter((one) => one.isType(AccessEntry) && mayWrite(one.props))
      .flatMap((entry) => sourcesOf(entry, "principalArn"));
    const projects = resources.filter(
      (one) => one.isType(Project) && sourcesOf(one, "serviceRole").some((role) => writers.includes(role)),
    );
    for (const webhook of resources.filter((one) => one.isType(Webhook))) {
      if (sourcesOf(webhook, "projectName").some((project) => projects.includes(project))) {
        reportViolation(
          "It starts builds of a project whose role may write to the cluster: whoever pushes a branch could. " +
            "Mend: take the webhook away.",
          webhook.urn,
        );
      }
    }
    for (const { props, urn } of projects) {
      const { source } = props as { source?: { buildspec?: string } };
      if (!/^version:/m.test(source?.buildspec ?? "")) {
        reportViolation(
          "Its buildspec is a file of the commit that is built. Mend: `source.buildspec` is the whole text.",
          urn,
        );
      }
    }
  },
};

function mayWrite(props: object): boolean {
  const { kubernetesGroups = [] } = props as { kubernetesGroups?: string[] };
  return kubernetesGroups.some((group) => !harmless.test(group));
}

/** What whoever starts a build could have otherwise: https://docs.aws.amazon.com/codebuild/latest/userguide/action-context-keys.html */
const overrides = [
  "source.buildspec",
  "source.location",
  "source.auth.resource",
  "secondarySources",
  "environment.image",
  "environment.privilegedMode",
  "serviceRole",
  "logsConfig",
].map((key) => `codebuild:${key}`);
const variableNames = "codebuild:environment.environmentVariables.name";
const startAndFollow = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"];

export const buildsStartAsTheyAre: ResourceValidationPolicy = {
  name: "builds-start-as-they-are",
  description:
    "Who may start a build may change nothing of it but its commit and the variables that are named.",
  validateResource: validateResourceOfType(RolePolicy, ({ policy }, args, reportViolation) => {
    for (const statement of statementsOf(policy)) {
      if (!statement.allows) continue;
      const other = statement.actions.filter(
        (action) => /^codebuild:/i.test(action) && !startAndFollow.includes(action),
      );
      if (other.length > 0) {
        reportViolation(
          `${statement.sid} allows ${other.join(", ")}. Mend: ${startAndFollow.join(" and ")}, nothing else.`,
        );
      }
      const missing = statement.actions.includes("codebuild:StartBuild") ? freeOverrides(statement) : [];
      if (missing.length > 0) {
        reportViolation(
          `${statement.sid} lets builds start with another ${missing.join(", ")}. ` +
            'Mend: a condition `Null` with "true" for each, and `ForAllValues:StringEquals` for the names of variables.',
        );
      }
    }
  }),
};

function freeOverrides({ conditions }: Statement): string[] {
  const free = overrides.filter((key) => conditions.Null?.[key] !== "true");
  return variableNames in (conditions["ForAllValues:StringEquals"] ?? {}) ? free : [...free, variableNames];
}

const githubIssuer = "token.actions.githubusercontent.com";

/** Looks at several resources: who may start builds, and who may take that role. */
export const releasesAreProtected: StackValidationPolicy = {
  name: "releases-are-protected",
  description:
    "Who may start a build is a job in one GitHub environment of one repository, of a workflow as a branch has it.",
  validateStack: ({ resources }, reportViolation) => {
    const starters = resources
      .filter((one) => one.isType(RolePolicy) && startsBuilds((one.props as { policy?: unknown }).policy))
      .flatMap((policy) => sourcesOf(policy, "role"));
    for (const { props, urn } of resources.filter((one) => one.isType(Role) && starters.includes(one))) {
      for (const statement of statementsOf((props as { assumeRolePolicy?: unknown }).assumeRolePolicy)) {
        if (!statement.allows) continue;
        for (const sentence of releaseProblems(statement)) reportViolation(sentence, urn);
      }
    }
  },
};

/** A preview does not know the text of a policy with ARNs of what is not there yet. */
function startsBuilds(policy: unknown): boolean {
  if (typeof policy !== "string") return false;
  return statementsOf(policy).some(
    ({ allows, actions }) => allows && actions.includes("codebuild:StartBuild"),
  );
}

function releaseProblems(statement: Statement): string[] {
  const key = (claim: string) => `${githubIssuer}:${claim}`;
  const values = (claim: string) =>
    [statement.conditions.StringEquals?.[key(claim)] ?? []].flat().map(String);
  const subjects = values("sub");
  return [
    ...(hasCondition(statement, key("repository_id"), /^StringEquals$/)
      ? []
      : [`It names no repository by its number. Mend: StringEquals on ${key("repository_id")}.`]),
    ...(subjects.length > 0 && subjects.every((subject) => /:environment:[^:*?]+$/.test(subject))
      ? []
      : [`It is for jobs outside of an environment too. Mend: ${key("sub")} ends in environment:<name>.`]),
    ...(values("job_workflow_ref").length > 0 &&
    values("job_workflow_ref").every((workflow) => /^[^*?]+@refs\/heads\/[^*?]+$/.test(workflow))
      ? []
      : [
          "It is for any workflow, as any commit has it. " +
            `Mend: StringEquals on ${key("job_workflow_ref")} with <workflow>@refs/heads/<default branch>.`,
        ]),
  ];
}
