import { deniedOverrides } from "../../components/startBuildOverrides";
import type { StackResource } from "./judge";

/** A change to the resources of the home stack, which keep every rule as the program registers them. */
export interface Example {
  /** Name of the rule that it is about. */
  rule: string;
  what: string;
  change: (resources: StackResource[]) => void;
  /** What the rule says of it; without, the change is one that the rule accepts. */
  refusal?: RegExp;
}

type Props = Record<string, unknown>;

const types = {
  accessEntry: "aws:eks/accessEntry:AccessEntry",
  cluster: "aws:eks/cluster:Cluster",
  file: "github:index/repositoryFile:RepositoryFile",
  ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  networkAcl: "aws:ec2/networkAcl:NetworkAcl",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  project: "aws:codebuild/project:Project",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  route: "aws:ec2/route:Route",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  subnet: "aws:ec2/subnet:Subnet",
  webhook: "aws:codebuild/webhook:Webhook",
};

/** Changes properties of the first resource of a type. */
function set(type: keyof typeof types, change: Props | ((props: Props) => Props)): Example["change"] {
  return (resources) => {
    const resource = resources.find((one) => one.type === types[type])!;
    Object.assign(resource.props, typeof change === "function" ? change(resource.props) : change);
  };
}

/** Adds a resource. */
function add(type: string, props: Props, sources: StackResource["sources"] = {}): Example["change"] {
  return (resources) => resources.push({ type, name: "added", props, sources });
}

const privateEndpoint = { endpointPrivateAccess: true, endpointPublicAccess: false };

/** Adds a project whose role may write to the cluster. */
function addApplyProject(buildspec: string): Example["change"] {
  return (resources) => {
    const { assumeRolePolicy } = resources.find(({ type }) => type === types.role)!.props;
    resources.push(
      { type: types.role, name: "apply", props: { assumeRolePolicy }, sources: {} },
      {
        type: types.project,
        name: "apply",
        props: { source: { type: "GITHUB", buildspec }, environment: {} },
        sources: { serviceRole: [`${types.role} apply`] },
      },
      {
        type: types.accessEntry,
        name: "apply",
        props: { kubernetesGroups: ["release-apply"], type: "STANDARD" },
        sources: { principalArn: [`${types.role} apply`] },
      },
    );
  };
}

/** Adds a policy with a statement about a project. */
function addPolicy(statement: object, sources: StackResource["sources"] = {}): Example["change"] {
  const Resource = "arn:aws:codebuild:ap-northeast-1:123456789012:project/apply";
  const policy = { Statement: [{ Sid: "Start", Effect: "Allow", Resource, ...statement }] };
  return (resources) =>
    resources.push({
      type: types.rolePolicy,
      name: "start",
      props: { policy: JSON.stringify(policy) },
      sources,
    });
}

/** The overrides of StartBuild that must be absent. */
function asTheProjectSays(): Record<string, string> {
  return Object.fromEntries(
    deniedOverrides.flatMap(({ keys }) => keys).map((key) => [`codebuild:${key}`, "true"]),
  );
}

/** Adds a role that GitHub's tokens get, with changes to what they must say; undefined takes a claim away. */
function addReleaseRole(changes: Record<string, string | undefined>): Example["change"] {
  const claims = {
    aud: "sts.amazonaws.com",
    sub: "repo:o/n:environment:production",
    repository_id: "600",
    job_workflow_ref: "o/n/.github/workflows/apply.yml@refs/heads/main",
    ...changes,
  };
  const issuer = "token.actions.githubusercontent.com";
  const StringEquals = Object.fromEntries(
    Object.entries(claims).flatMap(([claim, value]) =>
      value === undefined ? [] : [[`${issuer}:${claim}`, value]],
    ),
  );
  const Statement = [
    {
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals },
    },
  ];
  const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement });
  const names = { "codebuild:environment.environmentVariables.name": ["NAMES"] };
  const Condition = { Null: asTheProjectSays(), "ForAllValues:StringEquals": names };
  return (resources) => {
    resources.push({ type: types.role, name: "release", props: { assumeRolePolicy }, sources: {} });
    addPolicy({ Action: "codebuild:StartBuild", Condition }, { role: [`${types.role} release`] })(resources);
  };
}

/** Adds a NAT gateway in a public subnet of its own, as a stack makes it beside its cluster. */
function addNatGateway(): Example["change"] {
  const ec2 = (kind: string) => `aws:ec2/${kind}:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const from = (kind: string) => [`${ec2(kind)} nat`];
  const sources: Record<string, StackResource["sources"]> = {
    subnet: {},
    internetGateway: {},
    routeTable: {},
    route: { routeTableId: from("routeTable"), gatewayId: from("internetGateway") },
    routeTableAssociation: { routeTableId: from("routeTable"), subnetId: from("subnet") },
    natGateway: { subnetId: from("subnet") },
  };
  return (resources) => {
    for (const [kind, its] of Object.entries(sources))
      resources.push({ type: ec2(kind), name: "nat", props: {}, sources: its });
  };
}

const eksClusterPolicy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
const attach = (policyArn: string, sources: StackResource["sources"]) =>
  add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn }, sources);

/** Adds a role that no runner has, with a managed policy. */
function attachToEksRole(policyArn: string): Example["change"] {
  return (resources) => {
    const assumeRolePolicy = JSON.stringify({ Statement: [] });
    resources.push({ type: types.role, name: "eks", props: { assumeRolePolicy }, sources: {} });
    attach(policyArn, { role: [`${types.role} eks`] })(resources);
  };
}

/** Replaces text of the committed workflow, which must be there. */
function workflow(from: string | RegExp, to: string): Example["change"] {
  return (resources) => {
    const file = resources.find(({ props }) => props.file === ".github/workflows/k8s-dryrun.yml")!;
    const content = file.props.content as string;
    file.props.content = content.replace(from, to);
    if (file.props.content === content) throw new Error(`the workflow has no ${String(from)}`);
  };
}

const queued = { type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" };
const named = { type: "WORKFLOW_NAME", pattern: "^K8s Dryrun$" };
const filters = (...all: object[]) => set("webhook", { filterGroups: [{ filters: all }] });
const actor = (pattern: string) => filters(queued, named, { type: "ACTOR_ACCOUNT_ID", pattern });

interface AclRule {
  ruleNo: number;
  action: string;
  protocol: string;
  cidrBlock: string;
  fromPort: number;
  toPort: number;
}

/** Changes the rules of the runner's network ACL in a direction. */
const aclRules = (direction: "egress" | "ingress", change: (rules: AclRule[]) => AclRule[]) =>
  set("networkAcl", (props) => ({ [direction]: change(props[direction] as AclRule[]) }));
const everywhere = { action: "allow", protocol: "6", cidrBlock: "0.0.0.0/0", fromPort: 443, toPort: 443 };

/** Adds a statement to the runner's policy. */
const statement = (more: object) =>
  set("rolePolicy", ({ policy }) => {
    const document = JSON.parse(policy as string) as { Statement: object[] };
    document.Statement.push({ Sid: "Added", Effect: "Allow", ...more });
    return { policy: JSON.stringify(document) };
  });

/** Replaces the runner's trust policy by one of a single statement. */
const trust = (Principal: unknown, StringEquals: object, more: object = {}) =>
  set("role", {
    assumeRolePolicy: JSON.stringify({
      Statement: [
        { Effect: "Allow", Action: "sts:AssumeRole", Principal, Condition: { StringEquals }, ...more },
      ],
    }),
  });

const account = "123456789012";
const codebuild = { Service: "codebuild.amazonaws.com" };
const github = { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` };
const subnetOnly = { ArnEquals: { "ec2:Subnet": `arn:aws:ec2:eu-west-1:${account}:subnet/subnet-1` } };
const interfaces = `arn:aws:ec2:eu-west-1:${account}:network-interface/*`;

/** Each rule with what it refuses and what it accepts. */
export const examples: Example[] = [
  {
    rule: "no-ingress",
    what: "a runner's group with ingress",
    change: set("securityGroup", { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22 }] }),
    refusal: /has ingress\. Mend: leave `ingress` out/,
  },
  {
    rule: "no-ingress",
    what: "a VPC's default group with ingress",
    change: add("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", { ingress: [{ self: true }] }),
    refusal: /has ingress/,
  },
  {
    rule: "no-ingress",
    what: "a group whose ingress is said to be empty",
    change: set("securityGroup", { ingress: [] }),
  },
  {
    rule: "ingress-is-https-from-group",
    what: "a rule for addresses",
    change: set("ingressRule", { cidrIpv4: "10.0.0.0/8" }),
    refusal: /lets cidrIpv4 in\. Mend: name the runner's security group/,
  },
  {
    rule: "ingress-is-https-from-group",
    what: "a rule for every port",
    change: set("ingressRule", { ipProtocol: "-1" }),
    refusal: /opens more than the API server/,
  },
  {
    rule: "ingress-is-https-from-group",
    what: "a rule up to port 444",
    change: set("ingressRule", { toPort: 444 }),
    refusal: /opens more than the API server/,
  },
  {
    rule: "ingress-is-https-from-group",
    what: "a rule of the old kind",
    change: add("aws:ec2/securityGroupRule:SecurityGroupRule", { type: "ingress" }),
    refusal: /old kind\. Mend: use `aws\.vpc\.SecurityGroupIngressRule`/,
  },
  {
    rule: "ingress-is-https-from-group",
    what: "a rule of the old kind for what goes out",
    change: add("aws:ec2/securityGroupRule:SecurityGroupRule", { type: "egress" }),
  },
  {
    rule: "only-runner-admitted",
    what: "a rule that lets somebody in to the runner",
    change: (resources) => {
      const rule = resources.find(({ type }) => type === types.ingressRule)!;
      rule.sources.securityGroupId = rule.sources.referencedSecurityGroupId!;
    },
    refusal: /lets somebody in to the runner\. Mend: take the rule away/,
  },
  {
    rule: "only-runner-admitted",
    what: "a rule that lets another group in to the cluster",
    change: (resources) => {
      const rule = resources.find(({ type }) => type === types.ingressRule)!;
      rule.props.referencedSecurityGroupId = "sg-of-somebody";
      rule.sources.referencedSecurityGroupId = [];
    },
    refusal: /security group that is no runner's\. Mend: `referencedSecurityGroupId` is the group of/,
  },
  {
    rule: "only-runner-admitted",
    what: "a rule for a group of the program's that no project has",
    change: (resources) => {
      const rule = resources.find(({ type }) => type === types.ingressRule)!;
      resources.push({ type: types.securityGroup, name: "bastion", props: {}, sources: {} });
      rule.sources.referencedSecurityGroupId = [`${types.securityGroup} bastion`];
    },
    refusal: /security group that is no runner's/,
  },
  {
    rule: "only-runner-admitted",
    what: "an access entry for somebody else",
    change: add(types.accessEntry, { principalArn: `arn:aws:iam::${account}:role/admin` }),
    refusal: /gives somebody else an identity/,
  },
  {
    rule: "only-runner-admitted",
    what: "a second rule for the runner's group",
    change: (resources) => {
      const rule = resources.find(({ type }) => type === types.ingressRule)!;
      resources.push({ ...rule, name: "second" });
    },
  },
  {
    rule: "only-guarded-group",
    what: "an entry in system:masters",
    change: set("accessEntry", { kubernetesGroups: ["pr-dry-run", "system:masters"] }),
    refusal: /is in system:masters, where the guard does not hold\. Mend/,
  },
  {
    rule: "only-guarded-group",
    what: "an entry for nodes",
    change: set("accessEntry", { type: "EC2_LINUX" }),
    refusal: /EC2_LINUX has the rights of nodes/,
  },
  {
    rule: "only-guarded-group",
    what: "an access policy",
    change: add("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", {}),
    refusal: /adds an EKS access policy, which the guard does not bound\. Mend: take it away/,
  },
  {
    rule: "only-guarded-group",
    what: "an entry without a type, which is a standard one",
    change: set("accessEntry", { type: undefined }),
  },
  {
    rule: "writers-have-no-webhook",
    what: "the runner in the group that applies releases",
    change: set("accessEntry", { kubernetesGroups: ["release-apply"] }),
    refusal: /could\. Mend: take the webhook away/,
  },
  {
    rule: "writers-have-no-webhook",
    what: "a buildspec out of the commit, of a project that applies releases",
    change: addApplyProject("buildspec.yml"),
    refusal: /a file of the commit/,
  },
  {
    rule: "writers-have-no-webhook",
    what: "a project without webhook, with its own buildspec, that applies releases",
    change: addApplyProject("version: 0.2\nphases: {}\n"),
  },
  {
    rule: "builds-start-as-they-are",
    what: "a role that starts builds as it likes",
    change: addPolicy({ Action: "codebuild:StartBuild" }),
    refusal: /with another codebuild:source\.buildspec/,
  },
  {
    rule: "builds-start-as-they-are",
    what: "a role that starts builds with any variables",
    change: addPolicy({ Action: "codebuild:StartBuild", Condition: { Null: asTheProjectSays() } }),
    refusal: /another codebuild:environment\.environmentVariables\.name\./,
  },
  {
    rule: "builds-start-as-they-are",
    what: "a role that starts builds again",
    change: addPolicy({ Action: "codebuild:RetryBuild" }),
    refusal: /allows codebuild:RetryBuild/,
  },
  {
    rule: "builds-start-as-they-are",
    what: "a role that starts builds as the project says, with one variable",
    change: addPolicy({
      Action: "codebuild:StartBuild",
      Condition: {
        Null: asTheProjectSays(),
        "ForAllValues:StringEquals": { "codebuild:environment.environmentVariables.name": ["NAMES"] },
      },
    }),
  },
  {
    rule: "releases-are-protected",
    what: "any environment",
    change: addReleaseRole({ sub: "repo:o/n:ref:refs/heads/main" }),
    refusal: /outside of an environment/,
  },
  {
    rule: "releases-are-protected",
    what: "any workflow of a tag",
    change: addReleaseRole({ job_workflow_ref: "o/n/.github/workflows/apply.yml@refs/tags/v1" }),
    refusal: /as any commit has it/,
  },
  {
    rule: "releases-are-protected",
    what: "a repository by its name alone",
    change: addReleaseRole({ repository_id: undefined }),
    refusal: /by its number/,
  },
  {
    rule: "releases-are-protected",
    what: "one environment, by the workflow of the default branch",
    change: addReleaseRole({}),
  },
  {
    rule: "no-public-subnets",
    what: "a subnet with public addresses",
    change: set("subnet", { mapPublicIpOnLaunch: true }),
    refusal: /gives out public addresses\. Mend: `mapPublicIpOnLaunch: false`/,
  },
  {
    rule: "no-public-subnets",
    what: "a subnet that gives out none",
    change: add("aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: false }),
  },
  {
    rule: "cluster-is-private",
    what: "a cluster with EKS's defaults",
    change: add(types.cluster, {
      vpcConfig: { endpointPrivateAccess: true },
      accessConfig: { authenticationMode: "API" },
    }),
    refusal: /has a public address\. Mend: `vpcConfig\.endpointPublicAccess: false`/,
  },
  {
    rule: "cluster-is-private",
    what: "a cluster that nobody reaches",
    change: add(types.cluster, {
      vpcConfig: { endpointPublicAccess: false },
      accessConfig: { authenticationMode: "API" },
    }),
    refusal: /cannot reach it\. Mend/,
  },
  {
    rule: "cluster-is-private",
    what: "a cluster with the old ConfigMap",
    change: add(types.cluster, {
      vpcConfig: privateEndpoint,
      accessConfig: { authenticationMode: "API_AND_CONFIG_MAP" },
    }),
    refusal: /ConfigMap in it may let others in\. Mend/,
  },
  {
    rule: "cluster-is-private",
    what: "a private cluster",
    change: add(types.cluster, { vpcConfig: privateEndpoint, accessConfig: { authenticationMode: "API" } }),
  },
  {
    rule: "internet-gateway-for-nat",
    what: "a runner's way to an internet gateway",
    change: set("route", { gatewayId: "igw-0123456789abcdef0" }),
    refusal: /from subnets that are not a NAT gateway's alone\. Mend: `natGatewayId`/,
  },
  {
    rule: "internet-gateway-for-nat",
    what: "a NAT gateway in a subnet of its own",
    change: addNatGateway(),
  },
  {
    rule: "internet-gateway-for-nat",
    what: "a runner in the NAT gateway's subnet",
    change: (resources) => {
      addNatGateway()(resources);
      const project = resources.find(({ type }) => type === types.project)!;
      project.sources.vpcConfig!.push(`${types.subnet} nat`);
      const acl = resources.find(({ type }) => type === types.networkAcl)!;
      acl.sources.subnetIds!.push(`${types.subnet} nat`);
    },
    refusal: /not a NAT gateway's alone/,
  },
  {
    rule: "no-public-subnets",
    what: "a route table that leads to one",
    change: add("aws:ec2/routeTable:RouteTable", { routes: [{ gatewayId: "igw-0123456789abcdef0" }] }),
    refusal: /an internet gateway/,
  },
  {
    rule: "no-public-subnets",
    what: "a VPC's main route table that leads to one",
    change: add("aws:ec2/defaultRouteTable:DefaultRouteTable", {
      routes: [{ gatewayId: "igw-0123456789abcdef0" }],
    }),
    refusal: /an internet gateway/,
  },
  {
    rule: "internet-gateway-for-nat",
    what: "an internet gateway without NAT gateway",
    change: add("aws:ec2/internetGateway:InternetGateway", {}),
    refusal: /makes public subnets possible/,
  },
  {
    rule: "internet-gateway-for-nat",
    what: "a route to a gateway of a private line",
    change: set("route", { gatewayId: "vgw-0123456789abcdef0" }),
  },
  {
    rule: "no-way-to-private-networks",
    what: "a network ACL that lets everything out",
    change: aclRules("egress", () => [{ ...everywhere, ruleNo: 100 }]),
    refusal: /Its egress does not deny 10\.0\.0\.0\/8, .*100\.64\.0\.0\/10\. Mend: a rule for all protocols/,
  },
  {
    rule: "no-way-to-private-networks",
    what: "a denial that comes too late",
    change: aclRules("egress", (rules) => [...rules, { ...everywhere, ruleNo: 1 }]),
    refusal: /Its egress does not deny/,
  },
  {
    rule: "no-way-to-private-networks",
    what: "a denial of one protocol",
    change: aclRules("egress", (rules) =>
      rules.map((rule) => (rule.cidrBlock === "172.16.0.0/12" ? { ...rule, protocol: "6" } : rule)),
    ),
    refusal: /Its egress does not deny 172\.16\.0\.0\/12\. Mend/,
  },
  {
    rule: "no-way-to-private-networks",
    what: "private networks that may come in",
    change: aclRules("ingress", (rules) => rules.filter(({ action }) => action === "allow")),
    refusal: /Its ingress does not deny/,
  },
  {
    rule: "no-way-to-private-networks",
    what: "any port of the internet",
    change: aclRules("egress", (rules) =>
      rules.map((rule) => (rule.cidrBlock === "0.0.0.0/0" ? { ...rule, toPort: 65535 } : rule)),
    ),
    refusal: /lets more than HTTPS out to everywhere\. Mend/,
  },
  {
    rule: "no-way-to-private-networks",
    what: "one address of a private network",
    change: aclRules("egress", (rules) => [
      ...rules,
      { ...everywhere, ruleNo: 299, cidrBlock: "10.1.2.3/32", fromPort: 5000, toPort: 5000 },
    ]),
  },
  {
    rule: "subnets-have-network-acl",
    what: "a subnet that no network ACL of the program's names",
    change: (resources) => {
      const acl = resources.find(({ type }) => type === types.networkAcl)!;
      acl.sources.subnetIds = acl.sources.subnetIds!.slice(1);
    },
    refusal: /has the VPC's network ACL, which lets everything through\. Mend: name it in `subnetIds`/,
  },
  {
    rule: "subnets-have-network-acl",
    what: "a subnet that no project uses",
    change: add(types.subnet, {}),
  },
  {
    rule: "no-privileged-builds",
    what: "a privileged build",
    change: set("project", ({ environment }) => ({
      environment: { ...(environment as object), privilegedMode: true },
    })),
    refusal: /privilegedMode` is on\. Mend: leave it out/,
  },
  {
    rule: "no-privileged-builds",
    what: "a build that does not say",
    change: set("project", ({ environment }) => ({
      environment: { ...(environment as object), privilegedMode: undefined },
    })),
  },
  {
    rule: "webhook-hears-one-workflow",
    what: "a webhook without filters",
    change: set("webhook", { filterGroups: undefined }),
    refusal: /starts builds for every push\. Mend: `filterGroups`/,
  },
  {
    rule: "webhook-hears-one-workflow",
    what: "a webhook on pushes",
    change: filters({ type: "EVENT", pattern: "PUSH" }, named),
    refusal: /hears other events\. Mend: one filter EVENT/,
  },
  {
    rule: "webhook-hears-one-workflow",
    what: "a webhook on jobs and pushes",
    change: filters({ type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED, PUSH" }, named),
    refusal: /hears other events/,
  },
  {
    rule: "webhook-hears-one-workflow",
    what: "a second filter group that lets every workflow in",
    change: set("webhook", { filterGroups: [{ filters: [queued, named] }, { filters: [queued] }] }),
    refusal: /hears every workflow\. Mend: a filter WORKFLOW_NAME/,
  },
  {
    rule: "webhook-hears-one-workflow",
    what: "actors without anchors",
    change: actor("583231"),
    refusal: /ACTOR_ACCOUNT_ID 583231 matches inside of longer texts\. Mend: \^\(\?:583231\)\$/,
  },
  {
    rule: "webhook-hears-one-workflow",
    what: "actors with anchors on the outer two only",
    change: actor("^1|2$"),
    refusal: /matches inside of longer texts/,
  },
  {
    rule: "webhook-hears-one-workflow",
    what: "any actor",
    change: actor("^\\d+$"),
    refusal: /matches anything/,
  },
  {
    rule: "webhook-hears-one-workflow",
    what: "all actors but one",
    change: filters(queued, named, { type: "ACTOR_ACCOUNT_ID", pattern: "^1$", excludeMatchedPattern: true }),
    refusal: /lets in whom it does not name\. Mend/,
  },
  { rule: "webhook-hears-one-workflow", what: "two anchored actors", change: actor("^(?:583231|1)$") },
  {
    rule: "no-wildcard-actions",
    what: "every action of a service",
    change: statement({ Action: "eks:*", Resource: "arn:aws:eks:eu-west-1:123456789012:cluster/c" }),
    refusal: /Added allows eks:\*\. Mend: name the actions/,
  },
  {
    rule: "no-wildcard-actions",
    what: "the actions with a beginning",
    change: statement({
      Action: ["eks:Describe*"],
      Resource: "arn:aws:eks:eu-west-1:123456789012:cluster/c",
    }),
    refusal: /allows eks:Describe\*/,
  },
  {
    rule: "no-wildcard-actions",
    what: "all actions but one",
    change: statement({
      NotAction: "iam:PassRole",
      Resource: "arn:aws:eks:eu-west-1:123456789012:cluster/c",
    }),
    refusal: /allows all but what it names/,
  },
  {
    rule: "no-wildcard-actions",
    what: "every action in a policy inside of the role",
    change: set("role", {
      inlinePolicies: [{ policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "*" } }) }],
    }),
    refusal: /allows \*/,
  },
  {
    rule: "no-wildcard-actions",
    what: "a denial of every action",
    change: statement({ Effect: "Deny", Action: "*", Resource: "*" }),
  },
  {
    rule: "no-wildcard-resources",
    what: "every cluster",
    change: statement({ Action: "eks:DescribeCluster", Resource: "*" }),
    refusal:
      /Added allows eks:DescribeCluster on \*\. Mend: name the resource; where AWS has no way to, add a row/,
  },
  {
    rule: "no-wildcard-resources",
    what: "the clusters of a region",
    change: statement({
      Action: "eks:DescribeCluster",
      Resource: "arn:aws:eks:eu-west-1:123456789012:cluster/*",
    }),
    refusal: /eks:DescribeCluster on arn:aws:eks:eu-west-1:123456789012:cluster\/\*/,
  },
  {
    rule: "no-wildcard-resources",
    what: "an action that has resources beside one that has none",
    change: statement({ Action: ["ec2:DescribeVpcs", "ec2:CreateVpc"], Resource: "*" }),
    refusal: /allows ec2:CreateVpc on \*/,
  },
  {
    rule: "no-wildcard-resources",
    what: "the deletion of any network interface",
    change: statement({ Action: "ec2:DeleteNetworkInterface", Resource: interfaces }),
    refusal: /allows ec2:DeleteNetworkInterface/,
  },
  {
    rule: "no-wildcard-resources",
    what: "the streams of any log group",
    change: statement({
      Action: "logs:PutLogEvents",
      Resource: `arn:aws:logs:eu-west-1:${account}:log-group:*:*`,
    }),
    refusal: /allows logs:PutLogEvents/,
  },
  {
    rule: "no-wildcard-resources",
    what: "the deletion of network interfaces of a subnet",
    change: statement({ Action: "ec2:DeleteNetworkInterface", Resource: interfaces, Condition: subnetOnly }),
  },
  {
    rule: "no-attached-policies",
    what: "an attached policy",
    change: add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {}),
    refusal: /attaches a managed policy\. Mend: write what is needed/,
  },
  {
    rule: "no-attached-policies",
    what: "a role with a policy of AWS's",
    change: set("role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
    refusal: /attaches a managed policy/,
  },
  {
    rule: "no-attached-policies",
    what: "EKS's own policy on the runner's role",
    change: (resources) => {
      const { name } = resources.find(({ type }) => type === types.role)!;
      attach(eksClusterPolicy, { role: [`${types.role} ${name}`] })(resources);
    },
    refusal: /attaches a managed policy/,
  },
  {
    rule: "no-attached-policies",
    what: "another of AWS's policies on the role that EKS works with",
    change: attachToEksRole("arn:aws:iam::aws:policy/AmazonEKSServicePolicy"),
    refusal: /attaches a managed policy/,
  },
  {
    rule: "no-attached-policies",
    what: "EKS's own policy on the role that EKS works with",
    change: attachToEksRole(eksClusterPolicy),
  },
  {
    rule: "no-attached-policies",
    what: "a permissions boundary, which grants nothing",
    change: set("role", { permissionsBoundary: `arn:aws:iam::${account}:policy/boundary` }),
  },
  {
    rule: "trust-is-bound",
    what: "CodeBuild, for any account and project",
    change: trust(codebuild, {}),
    refusal:
      /trusts codebuild\.amazonaws\.com, whoever asks it\. Mend: conditions on aws:SourceAccount and aws:SourceArn/,
  },
  {
    rule: "trust-is-bound",
    what: "CodeBuild, for any project of the account",
    change: trust(codebuild, { "aws:SourceAccount": account }),
    refusal: /Mend: conditions on aws:SourceArn/,
  },
  {
    rule: "trust-is-bound",
    what: "CodeBuild, for any project by name",
    change: trust(codebuild, { "aws:SourceAccount": account, "aws:SourceArn": "*" }),
    refusal: /Mend: conditions on aws:SourceArn/,
  },
  {
    rule: "trust-is-bound",
    what: "a condition that only holds where the key is there",
    change: trust(
      codebuild,
      { "aws:SourceAccount": account },
      {
        Condition: { StringEqualsIfExists: { "aws:SourceAccount": account, "aws:SourceArn": "arn:a" } },
      },
    ),
    refusal: /conditions on aws:SourceAccount and aws:SourceArn/,
  },
  {
    rule: "trust-is-bound",
    what: "EKS, which works with a role for the cluster it was handed to only",
    change: trust({ Service: "eks.amazonaws.com" }, {}),
  },
  {
    rule: "trust-is-bound",
    what: "another account",
    change: trust({ AWS: "arn:aws:iam::210987654321:root" }, {}),
    refusal: /trusts arn:aws:iam::210987654321:root\. Mend: trust a service/,
  },
  {
    rule: "trust-is-bound",
    what: "everybody",
    change: trust("*", {}),
    refusal: /trusts \*\. Mend/,
  },
  {
    rule: "trust-is-bound",
    what: "all of GitHub's repositories",
    change: trust(github, { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" }),
    refusal: /Mend: conditions on token\.actions\.githubusercontent\.com:sub/,
  },
  {
    rule: "trust-is-bound",
    what: "one branch of one of GitHub's repositories",
    change: trust(github, {
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": "repo:example-org/infrastructure:ref:refs/heads/main",
    }),
  },
  {
    rule: "log-retention",
    what: "a log without retention",
    change: set("logGroup", { retentionInDays: undefined }),
    refusal: /keeps everything for ever\. Mend: `retentionInDays`/,
  },
  {
    rule: "log-retention",
    what: "a log with a retention of no days, which is for ever",
    change: set("logGroup", { retentionInDays: 0 }),
    refusal: /keeps everything for ever/,
  },
  { rule: "log-retention", what: "a log of a day", change: set("logGroup", { retentionInDays: 1 }) },
  {
    rule: "actions-are-pinned",
    what: "an action by its tag",
    change: workflow(/uses: actions\/checkout@[0-9a-f]{40}.*/, "uses: actions/checkout@v7"),
    refusal: /uses actions\/checkout@v7\. Mend: the full commit behind @/,
  },
  {
    rule: "actions-are-pinned",
    what: "an action by a short commit",
    change: workflow(/(uses: actions\/checkout@[0-9a-f]{12})[0-9a-f]{28}/, "$1"),
    refusal: /Mend: the full commit/,
  },
  {
    rule: "actions-are-pinned",
    what: "a reusable workflow by its branch",
    change: workflow(
      /jobs:\n/,
      "jobs:\n  other:\n    uses: example-org/ci/.github/workflows/lint.yml@main\n",
    ),
    refusal: /uses example-org\/ci\/\.github\/workflows\/lint\.yml@main/,
  },
  {
    rule: "actions-are-pinned",
    what: "a reusable workflow of another repository that is called alike",
    change: workflow(
      /jobs:\n/,
      "jobs:\n  other:\n    uses: example-org/kubernetes-manifests-2/.github/workflows/k8s-dryrun.yml@main\n",
    ),
    refusal: /kubernetes-manifests-2\/\.github\/workflows\/k8s-dryrun\.yml@main/,
  },
  {
    rule: "actions-are-pinned",
    what: "a reusable workflow of the repository itself",
    change: workflow(
      /jobs:\n/,
      "jobs:\n  other:\n    uses: example-org/kubernetes-manifests/.github/workflows/k8s-dryrun.yml@main\n",
    ),
  },
  {
    rule: "actions-are-pinned",
    what: "an action made of steps, with a step by its tag",
    change: add(types.file, {
      file: ".github/actions/setup/action.yml",
      content: "runs:\n  using: composite\n  steps:\n    - uses: actions/setup-node@v6\n",
    }),
    refusal: /uses actions\/setup-node@v6/,
  },
  {
    rule: "actions-are-pinned",
    what: "an image by its digest",
    change: workflow(
      /uses: actions\/checkout@[0-9a-f]{40}.*/,
      `uses: docker://ghcr.io/example-org/tool@sha256:${"0".repeat(64)}`,
    ),
  },
  {
    rule: "permissions-are-narrow",
    what: "a workflow that does not say",
    change: workflow(/\npermissions: \{\}\n/, "\n"),
    refusal: /`permissions` for all jobs are not said, or can write\. Mend: `permissions: \{\}`/,
  },
  {
    rule: "permissions-are-narrow",
    what: "a workflow with everything",
    change: workflow(/\npermissions: \{\}\n/, "\npermissions: write-all\n"),
    refusal: /for all jobs are not said, or can write/,
  },
  {
    rule: "permissions-are-narrow",
    what: "a job with everything",
    change: workflow(/permissions: \{\}\n(?=\s+steps)/, "permissions: write-all\n"),
    refusal: /Job gate has "write-all"\. Mend: name what it needs/,
  },
  {
    rule: "permissions-are-narrow",
    what: "a job on a runner that can write",
    change: (resources) => {
      workflow(/(dryrun-ja-production:[^]*?permissions:\n +contents:) read/, "$1 write")(resources);
    },
    refusal: /Job dryrun-ja-production has \{"contents":"write"\}\. Mend: .*on a runner, nothing to write/,
  },
  {
    rule: "permissions-are-narrow",
    what: "a workflow that can read",
    change: workflow(/\npermissions: \{\}\n/, "\npermissions:\n  contents: read\n"),
  },
  {
    rule: "no-dangerous-triggers",
    what: "pull_request_target",
    change: workflow("  pull_request:\n", "  pull_request_target:\n"),
    refusal: /starts on pull_request_target\. Mend: pull_request/,
  },
  {
    rule: "no-dangerous-triggers",
    what: "workflow_run, with branches",
    change: workflow(/\n"on":\n(?: {2}.*\n)+/, "\non:\n  workflow_run:\n    branches: [main]\n"),
    refusal: /starts on workflow_run/,
  },
  {
    rule: "no-dangerous-triggers",
    what: "a push",
    change: workflow(/\n"on":\n(?: {2}.*\n)+/, "\non: push\n"),
  },
  {
    rule: "no-secrets",
    what: "a secret of the repository",
    change: workflow("${{ github.token }}", "${{ secrets.DEPLOY_KEY }}"),
    refusal: /reads secrets\.DEPLOY_KEY\. Mend: `github\.token` for GitHub/,
  },
  {
    rule: "no-secrets",
    what: "all secrets of the repository",
    change: workflow("${{ github.token }}", "${{ toJSON(secrets) }}"),
    refusal: /reads toJSON\(secrets\)/,
  },
  {
    rule: "no-secrets",
    what: "a condition on a secret",
    change: workflow("if: ${{ always() }}", "if: secrets.DEPLOY_KEY != ''"),
    refusal: /reads secrets\.DEPLOY_KEY != ''/,
  },
  {
    rule: "no-secrets",
    what: "a job that passes all of them on",
    change: workflow(
      /jobs:\n/,
      "jobs:\n  other:\n    uses: ./.github/workflows/other.yml\n    secrets: inherit\n",
    ),
    refusal: /Job other passes secrets on/,
  },
  {
    rule: "no-secrets",
    what: "a step that speaks of secrets",
    change: workflow("name: Comment\n", "name: Comment, without secrets\n"),
  },
];
