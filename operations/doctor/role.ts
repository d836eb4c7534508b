import { judged, ok, unknown, warning, wrong, type Check, type Finding } from "./check";
import type { Facts } from "./facts";
import { judge, judgeTrust, type Request } from "./policy";
import { rolePolicies } from "./rolePolicies";

export const roleChecks: Check[] = [
  { name: "role", looksAt: () => "the project's role", examine: existence },
  { name: "role-trust", looksAt: () => "who may take the project's role", examine: trust },
  permission("role-logs", "write its log", logRequests),
  permission("role-network-interfaces", "make network interfaces in its subnets", networkInterfaceRequests),
  permission("role-connection", "use the GitHub credential", credentialRequests),
  permission("role-cluster", "describe the cluster", async (facts) => [
    {
      action: "eks:DescribeCluster",
      resource: await arn(facts, "eks", `cluster/${facts.runner.clusterName}`),
    },
  ]),
];

async function existence(facts: Facts): Promise<Finding> {
  const { serviceRole = "" } = await facts.project();
  const role = await facts.findRole();
  if (!role) return wrong(`there is no role ${serviceRole}`, facts.up);
  const [is, expected] = [
    role.PermissionsBoundary?.PermissionsBoundaryArn,
    facts.subject.settings.permissionsBoundaryArn,
  ];
  if (is !== expected) {
    return wrong(`its permissions boundary is ${is ?? "none"}, expected ${expected ?? "none"}`, facts.up);
  }
  const { others } = await rolePolicies(facts);
  if (others.length === 0) return ok(serviceRole);
  return warning(
    `it has policies that the program did not make, and so has everybody who can push a branch: ${others.join(", ")}`,
    `aws iam list-attached-role-policies --role-name ${role.RoleName ?? ""}`,
  );
}

async function trust(facts: Facts): Promise<Finding> {
  const { AssumeRolePolicyDocument = "" } = await facts.role();
  const { arn: projectArn = "" } = await facts.project();
  const judgement = judgeTrust(AssumeRolePolicyDocument, "codebuild.amazonaws.com", {
    "aws:SourceArn": projectArn,
    "aws:SourceAccount": await facts.accountId(),
  });
  if (judgement === "allowed") return ok("CodeBuild, for the project");
  if (judgement === "unclear") return unclear("whether CodeBuild may take it");
  return wrong(`CodeBuild may not take it for ${projectArn}, so no build starts`, facts.up);
}

function permission(name: string, what: string, requests: (facts: Facts) => Promise<Request[]>): Check {
  return {
    name,
    looksAt: () => `whether the role's policies let it ${what}`,
    examine: async (facts) => {
      const { documents, boundary } = await rolePolicies(facts);
      const judgements = (await requests(facts)).map((request) => {
        const all = [documents, ...(boundary === undefined ? [] : [[boundary]])].map((set) =>
          judge(set, request),
        );
        return { ...request, denied: all.includes("denied"), unclear: all.includes("unclear") };
      });
      const denied = judgements.filter((one) => one.denied);
      const open = judgements.filter((one) => !one.denied && one.unclear);
      if (denied.length === 0 && open.length > 0) return unclear(`whether it may ${actions(open)}`);
      const faults = denied.length === 0 ? [] : [{ what: `it may not ${actions(denied)}`, mend: facts.up }];
      return judged(faults, `it may ${what}`);
    },
  };
}

const actions = (requests: Request[]) => [...new Set(requests.map(({ action }) => action))].join(", ");

function unclear(what: string): Finding {
  return unknown(
    `${what} depends on conditions that are not judged here`,
    "aws iam simulate-principal-policy # on the role, with the values of the conditions",
  );
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html */
async function logRequests(facts: Facts): Promise<Request[]> {
  const { name = "", logsConfig } = await facts.project();
  const group = logsConfig?.cloudWatchLogs?.groupName ?? `/aws/codebuild/${name}`;
  const resource = await arn(facts, "logs", `log-group:${group}:log-stream:build`);
  return ["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({ action, resource }));
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html */
async function networkInterfaceRequests(facts: Facts): Promise<Request[]> {
  const { subnetIds, securityGroupIds } = await facts.network();
  const networkInterface = await arn(facts, "ec2", "network-interface/eni-0");
  const subnets = await Promise.all(subnetIds.map((id) => arn(facts, "ec2", `subnet/${id}`)));
  const groups = await Promise.all(securityGroupIds.map((id) => arn(facts, "ec2", `security-group/${id}`)));
  const looks = ["DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"].map((what) => ({
    action: `ec2:Describe${what}`,
    resource: "*",
  }));
  const creations = [...subnets, ...groups, networkInterface].map((resource) => ({
    action: "ec2:CreateNetworkInterface",
    resource,
    context: { "ec2:Subnet": subnets[0] ?? "" },
  }));
  const uses = subnets.flatMap((subnet) =>
    ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"].map((action) => ({
      action,
      resource: networkInterface,
      context: { "ec2:Subnet": subnet, "ec2:AuthorizedService": "codebuild.amazonaws.com" },
    })),
  );
  return [...looks, ...creations, ...uses];
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html */
function credentialRequests({ subject }: Facts): Promise<Request[]> {
  const { githubCredential } = subject.settings;
  if (githubCredential.type === "default") return Promise.resolve([]);
  const resource = githubCredential.arn;
  if (githubCredential.type === "secret") {
    return Promise.resolve([{ action: "secretsmanager:GetSecretValue", resource }]);
  }
  // The action's prefix must match the ARN's: https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
  const service = resource.split(":")[2] ?? "";
  const names = ["GetConnection", "GetConnectionToken", "UseConnection"];
  return Promise.resolve(names.map((name) => ({ action: `${service}:${name}`, resource })));
}

async function arn(facts: Facts, service: string, resource: string): Promise<string> {
  return `arn:aws:${service}:${facts.runner.region}:${await facts.accountId()}:${resource}`;
}
