import { GetPolicyCommand, GetRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { asList } from "../iam/document";
import type { QueryInput } from "./queryInput";
import type { Refusal, World } from "./refusal";

const createRole = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
const grammar = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";
const quotas = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const writesTrust = ["CreateRole", "UpdateAssumeRolePolicy"];
const writesBoundary = ["CreateRole", "PutRolePermissionsBoundary"];

/** The one of AWS's own policies that occurs in this world (sandbox/aws/moto_server.py). */
const eksClusterPolicy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";

/** Service principals that occur in this world; AWS knows all of its own. */
const services = [
  "codebuild",
  "codepipeline",
  "ec2",
  "ecs-tasks",
  "eks",
  "events",
  "lambda",
  "ssm",
  "states",
];

/** IAM roles and policies. */
export const roleRefusals: Refusal<QueryInput>[] = [
  {
    operations: ["CreateRole"],
    condition: (input) => mismatch(input.get("RoleName"), /^[\w+=,.@-]{1,64}$/),
    code: "ValidationError",
    message: (name) => validation(name, "roleName", "Member must be 1 to 64 characters of [\\w+=,.@-]"),
    source: createRole,
  },
  {
    operations: ["CreateRole", "UpdateRole"],
    condition: (input) => mismatch(input.get("Description"), /^[\t\n\r\x20-\x7e\xa1-\xff]{0,1000}$/),
    code: "ValidationError",
    message: (text) =>
      validation(
        text,
        "description",
        "Member must be at most 1000 characters of [\\t\\n\\r\\x20-\\x7E\\xA1-\\xFF]",
      ),
    source: createRole,
  },
  {
    operations: writesTrust,
    condition: (input) => (trustStatements(input) === undefined ? "" : undefined),
    code: "MalformedPolicyDocument",
    message: () => "This policy contains invalid Json",
    source: grammar,
  },
  {
    operations: writesTrust,
    condition: (input) => missing(trustStatements(input), ["Effect", "Principal", "Action"]),
    code: "MalformedPolicyDocument",
    message: (field) => `Missing required field ${field}`,
    source: grammar,
  },
  {
    operations: writesTrust,
    condition: (input) => (trustStatements(input)?.some((one) => "Resource" in one) ? "Resource" : undefined),
    code: "MalformedPolicyDocument",
    message: (field) => `Has prohibited field ${field}`,
    source: grammar,
  },
  {
    operations: writesTrust,
    condition: (input) =>
      trustStatements(input)
        ?.flatMap(servicePrincipals)
        .find((service) => !services.some((name) => service === `${name}.amazonaws.com`)),
    code: "MalformedPolicyDocument",
    message: (service) => `Invalid principal in policy: "SERVICE":"${service}"`,
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html",
  },
  {
    operations: ["AttachRolePolicy", ...writesBoundary],
    condition: (input) =>
      [policyArn(input)].find((arn) => arn?.startsWith("arn:aws:iam::aws:") && arn !== eksClusterPolicy),
    code: "NotImplemented",
    status: 501,
    message: (arn) => `Of AWS's managed policies the sandbox has ${eksClusterPolicy} alone, so not ${arn}.`,
    source: "moto loads them only on demand, some megabytes of them",
  },
  {
    operations: writesBoundary,
    condition: async (input, world) => {
      const arn = input.get("PermissionsBoundary");
      return arn !== undefined && !(await policyExists(arn, world)) ? arn : undefined;
    },
    code: "NoSuchEntity",
    status: 404,
    message: (arn) => `Scope ARN: ${arn} does not exist or is not attachable.`,
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html",
  },
  {
    operations: ["PutRolePolicy"],
    condition: async (input, world) =>
      (await inlinePolicySize(input, world)) > 10_240 ? (input.get("RoleName") ?? "") : undefined,
    code: "LimitExceeded",
    status: 409,
    message: (role) => `Maximum policy size of 10240 bytes exceeded for role ${role}`,
    source: `${quotas} (all inline policies of a role together, white space not counted)`,
  },
  {
    operations: ["DeletePolicy"],
    condition: async (input, { iam }) => {
      const PolicyArn = input.get("PolicyArn") ?? "";
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      return Policy?.AttachmentCount ? PolicyArn : undefined;
    },
    code: "DeleteConflict",
    status: 409,
    message: () => "Cannot delete a policy attached to entities.",
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html",
  },
];

function mismatch(value: string | undefined, pattern: RegExp): string | undefined {
  return value === undefined || pattern.test(value) ? undefined : value;
}

function validation(value: string, member: string, constraint: string): string {
  return `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`;
}

type TrustStatement = Record<string, unknown>;

function trustStatements(input: QueryInput): TrustStatement[] | undefined {
  const text = input.get("AssumeRolePolicyDocument") ?? input.get("PolicyDocument") ?? "";
  try {
    const { Statement } = JSON.parse(text) as { Statement?: TrustStatement | TrustStatement[] };
    return asList(Statement);
  } catch {
    return undefined;
  }
}

function missing(all: TrustStatement[] | undefined, fields: string[]): string | undefined {
  if (all?.length === 0) return "Statement";
  return fields.find((field) => all?.some((statement) => !(field in statement)));
}

function servicePrincipals({ Principal }: TrustStatement): string[] {
  return asList((Principal as { Service?: string | string[] } | undefined)?.Service);
}

function policyArn(input: QueryInput): string | undefined {
  return input.get("PolicyArn") ?? input.get("PermissionsBoundary");
}

async function policyExists(PolicyArn: string, { iam }: World): Promise<boolean> {
  return iam.send(new GetPolicyCommand({ PolicyArn })).then(
    () => true,
    () => false,
  );
}

async function inlinePolicySize(input: QueryInput, { iam }: World): Promise<number> {
  const RoleName = input.get("RoleName") ?? "";
  const names = await iam.send(new ListRolePoliciesCommand({ RoleName })).then(
    ({ PolicyNames }) => PolicyNames ?? [],
    () => [],
  );
  const others = names.filter((name) => name !== input.get("PolicyName"));
  const documents = await Promise.all(
    others.map((PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
  );
  return [
    input.get("PolicyDocument") ?? "",
    ...documents.map(({ PolicyDocument }) => decodeURIComponent(PolicyDocument ?? "")),
  ]
    .map((document) => document.replace(/\s/g, "").length)
    .reduce((sum, size) => sum + size, 0);
}
