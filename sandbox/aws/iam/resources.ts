import type { AwsRequest } from "../request";
import type { RoleSession } from "./sessions";

/** What of a request its resources can be told from. */
interface Asked {
  /** Segments of the path, decoded. */
  path: string[];
  /** Members of a JSON body. */
  json: Record<string, unknown>;
  /** Parameters of the query protocols. */
  form: URLSearchParams;
  /** Makes an ARN of the request's service, region and account. */
  arn: (resource: string) => string;
  accountId: string;
}

type Resources = (asked: Asked) => (string | undefined)[];

const anything: Resources = () => ["*"];
const role: Resources = ({ form, accountId }) => [
  `arn:aws:iam::${accountId}:role/${form.get("RoleName") ?? ""}`,
];
const named =
  (member: string): Resources =>
  ({ json }) => [json[member] as string];

/**
 * What operations work on, for those that builds, previews and releases of this program call.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const table: Record<string, Resources> = {
  "eks:ListClusters": anything,
  "eks:DescribeCluster": ({ path, arn }) => [arn(`cluster/${path[1] ?? ""}`)],
  "eks:DescribeAccessEntry": ({ path, arn, accountId }) => [
    // The last part is a number of EKS's own that no policy can know.
    arn(`access-entry/${path[1] ?? ""}/role/${accountId}/${path[3]?.split("/").at(-1) ?? ""}/0`),
  ],
  "logs:PutLogEvents": logStream,
  "logs:CreateLogStream": logStream,
  "logs:GetLogEvents": logStream,
  "logs:DescribeLogGroups": ({ arn }) => [arn("log-group:*")],
  "logs:ListTagsForResource": named("resourceArn"),
  "iam:GetRole": role,
  "iam:GetRolePolicy": role,
  "iam:ListRolePolicies": role,
  "iam:ListAttachedRolePolicies": role,
  "codebuild:BatchGetProjects": ({ json, arn }) =>
    (json.names as string[]).map((name) => arn(`project/${name}`)),
  "codebuild:StartBuild": ({ json, arn }) => [arn(`project/${projectName(json.projectName)}`)],
  // Builds are the project's: there is no resource type of theirs.
  "codebuild:BatchGetBuilds": ofBuilds("ids"),
  "codebuild:StopBuild": ofBuilds("id"),
  "codeconnections:GetConnection": named("ConnectionArn"),
  "codeconnections:ListTagsForResource": named("ResourceArn"),
  "codestar-connections:GetConnection": named("ConnectionArn"),
  "codestar-connections:ListTagsForResource": named("ResourceArn"),
};

/** The projects of builds whose ids, `<project>:<uuid>`, or ARNs a member has. */
function ofBuilds(member: string): Resources {
  return ({ json, arn }) =>
    [json[member]]
      .flat()
      .map((id) => arn(`project/${projectName(String(id).replace(/^arn:.*:build\//, ""))}`));
}

/** Of a name, an ARN or what a build is called by. */
function projectName(name: unknown): string {
  const [project = ""] = String(name)
    .replace(/^arn:.*:project\//, "")
    .split(":");
  return project;
}

function logStream({ json, arn }: Asked): string[] {
  const { logGroupName, logStreamName } = json as Record<string, string>;
  return [arn(`log-group:${logGroupName ?? ""}:log-stream:${logStreamName ?? ""}`)];
}

/** @returns undefined for an operation whose resources the sandbox does not know how to name */
export function resourcesOf(request: AwsRequest, session: RoleSession): string[] | undefined {
  const { service, operation, region, body } = request;
  // All of them can be allowed on everything only.
  if (service === "ec2" && operation.startsWith("Describe")) return ["*"];
  const find = table[`${service}:${operation}`];
  if (!find) return undefined;
  const accountId = session.roleArn.split(":")[4] ?? "";
  const found = find({
    path: request.path.split("/").slice(1).map(decodeURIComponent),
    json: request.protocol === "json" && body !== "" ? (JSON.parse(body) as Record<string, unknown>) : {},
    form: new URLSearchParams(body),
    arn: (resource) => `arn:aws:${service}:${region}:${accountId}:${resource}`,
    accountId,
  });
  return found.every((resource) => resource !== undefined) ? found : undefined;
}
