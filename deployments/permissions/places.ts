/** What a stack makes and what it stands on, as far as permissions can be narrowed to it. */
export interface StackScope {
  /** Name of the stack: the value of the tag `pulumi:stack`, and how its role's name begins. */
  stack: string;
  accountId: string;
  region: string;
  projectName: string;
  clusterName: string;
  /** The connection to GitHub. @default none */
  connectionArn?: string;
  /** The boundary that every role made must have. @default none is demanded */
  permissionsBoundaryArn?: string;
}

/** Where an action is allowed: resources, and the condition under which. */
export interface Place {
  resources: string[];
  condition?: Record<string, Record<string, string | string[]>>;
}

const inEc2 = ({ region, accountId }: StackScope, ...types: string[]) =>
  types.map((type) => `arn:aws:ec2:${region}:${accountId}:${type}/*`);
const roles = ({ accountId, stack }: StackScope) => [`arn:aws:iam::${accountId}:role/${stack}-runner-*`];
const project = ({ region, accountId, projectName }: StackScope) => [
  `arn:aws:codebuild:${region}:${accountId}:project/${projectName}`,
];
const cluster = ({ region, accountId, clusterName }: StackScope) => [
  `arn:aws:eks:${region}:${accountId}:cluster/${clusterName}`,
];
const madeByUs = ["subnet", "route-table", "security-group", "security-group-rule", "network-acl"];
const requestTag = ({ stack }: StackScope) => ({ StringEquals: { "aws:RequestTag/pulumi:stack": stack } });
const resourceTag = ({ stack }: StackScope) => ({ StringEquals: { "aws:ResourceTag/pulumi:stack": stack } });

/**
 * The places of the table of calls. Resource types and condition keys of each action:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const places = {
  /** Actions that AWS lets nobody narrow. */
  anything: (): Place[] => [{ resources: ["*"] }],

  /** Making parts of the network: tagged as the stack's, in whatever VPC the cluster has. */
  newNetwork: (scope: StackScope): Place[] => [
    {
      resources: inEc2(scope, "subnet", "route-table", "security-group", "network-acl"),
      condition: requestTag(scope),
    },
    { resources: inEc2(scope, "vpc") },
  ],
  /** Tagging what is being made, and nothing that is there already. */
  newTags: (scope: StackScope): Place[] => [
    {
      resources: inEc2(scope, ...madeByUs),
      condition: {
        StringEquals: {
          ...requestTag(scope).StringEquals,
          "ec2:CreateAction": [
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "CreateNetworkAcl",
            "CreateRouteTable",
            "CreateSecurityGroup",
            "CreateSubnet",
          ],
        },
      },
    },
  ],
  /** The stack's own parts of the network. */
  ownNetwork: (scope: StackScope): Place[] => [
    { resources: inEc2(scope, ...madeByUs), condition: resourceTag(scope) },
  ],
  /** Own subnets, with a route table that may be the company's (setting `routeTableId`). */
  ownSubnetsAndAnyRouteTable: (scope: StackScope): Place[] => [
    { resources: inEc2(scope, "subnet"), condition: resourceTag(scope) },
    { resources: inEc2(scope, "route-table") },
  ],
  /** Own subnets, with a network ACL that may be the VPC's default one, to which `destroy` gives them back. */
  ownSubnetsAndAnyNetworkAcl: (scope: StackScope): Place[] => [
    { resources: inEc2(scope, "subnet"), condition: resourceTag(scope) },
    { resources: inEc2(scope, "network-acl") },
  ],
  /**
   * The security group that EKS made for the cluster, by the tag that EKS gives it:
   * https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
   */
  clusterSecurityGroup: (scope: StackScope): Place[] => [
    {
      resources: inEc2(scope, "security-group"),
      condition: { StringEquals: { "aws:ResourceTag/aws:eks:cluster-name": scope.clusterName } },
    },
    { resources: inEc2(scope, "security-group-rule"), condition: resourceTag(scope) },
  ],
  /** A new rule of that group: it has its tag only when it is made. */
  newRuleOfClusterSecurityGroup: (scope: StackScope): Place[] => [
    {
      resources: inEc2(scope, "security-group"),
      condition: { StringEquals: { "aws:ResourceTag/aws:eks:cluster-name": scope.clusterName } },
    },
    { resources: inEc2(scope, "security-group-rule"), condition: requestTag(scope) },
  ],

  /** The runner's role. Its name is generated, so that a new role is never mistaken for the old one. */
  runnerRole: (scope: StackScope): Place[] => [{ resources: roles(scope) }],
  /** Giving the runner's role rights: under the boundary, where the company has one. */
  boundedRunnerRole: (scope: StackScope): Place[] => [
    {
      resources: roles(scope),
      ...(scope.permissionsBoundaryArn === undefined
        ? {}
        : { condition: { StringEquals: { "iam:PermissionsBoundary": scope.permissionsBoundaryArn } } }),
    },
  ],
  /** Taking a boundary off: only where nobody demands one. */
  unboundedRunnerRole: (scope: StackScope): Place[] =>
    scope.permissionsBoundaryArn === undefined ? [{ resources: roles(scope) }] : [],
  /** Handing the runner's role to CodeBuild. */
  runnerRoleForCodeBuild: (scope: StackScope): Place[] => [
    {
      resources: roles(scope),
      condition: { StringEquals: { "iam:PassedToService": "codebuild.amazonaws.com" } },
    },
  ],

  project: (scope: StackScope): Place[] => [{ resources: project(scope) }],
  /** The build log, under both forms that CloudWatch Logs asks for. */
  logGroup: ({ region, accountId, projectName }: StackScope): Place[] => {
    const arn = `arn:aws:logs:${region}:${accountId}:log-group:/aws/codebuild/${projectName}`;
    return [{ resources: [arn, `${arn}:*`] }];
  },

  cluster: (scope: StackScope): Place[] => [{ resources: cluster(scope) }],
  /** A new access entry of the cluster: for the runner's role, in the group that may only dry-run. */
  newAccessEntry: (scope: StackScope): Place[] => [
    {
      resources: cluster(scope),
      condition: {
        ArnLike: { "eks:principalArn": roles(scope) },
        "ForAllValues:StringEquals": { "eks:kubernetesGroups": ["pr-dry-run"] },
      },
    },
  ],
  /** The access entry of the runner's role. */
  accessEntry: ({ region, accountId, clusterName, stack }: StackScope): Place[] => [
    {
      resources: [
        `arn:aws:eks:${region}:${accountId}:access-entry/${clusterName}/role/${accountId}/${stack}-runner-*`,
      ],
    },
  ],
  /** The same, without letting it into another group. */
  accessEntryInItsGroup: (scope: StackScope): Place[] =>
    places.accessEntry(scope).map((place) => ({
      ...place,
      condition: { "ForAllValues:StringEquals": { "eks:kubernetesGroups": ["pr-dry-run"] } },
    })),

  connection: ({ connectionArn }: StackScope): Place[] =>
    connectionArn === undefined ? [] : [{ resources: [connectionArn] }],
} satisfies Record<string, (scope: StackScope) => Place[]>;

export type PlaceName = keyof typeof places;
