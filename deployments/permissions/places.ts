import { clusterPlaces } from "./clusterPlaces";
import { inEc2, logGroups, requestTag, resourceTag, taggedTypes, type Place, type StackScope } from "./scope";

const roles = ({ accountId, stack }: StackScope) => [`arn:aws:iam::${accountId}:role/${stack}-runner-*`];
const project = ({ region, accountId, projectName }: StackScope) => [
  `arn:aws:codebuild:${region}:${accountId}:project/${projectName}`,
];
const cluster = ({ region, accountId, clusterName }: StackScope) => [
  `arn:aws:eks:${region}:${accountId}:cluster/${clusterName}`,
];

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
      resources: inEc2(scope, ...taggedTypes(scope)),
      condition: requestTag(scope),
    },
    { resources: inEc2(scope, "vpc") },
  ],
  /** Tagging what is being made, and nothing that is there already. */
  newTags: (scope: StackScope): Place[] => [
    {
      resources: inEc2(scope, ...taggedTypes(scope), "security-group-rule"),
      condition: {
        StringEquals: {
          ...requestTag(scope).StringEquals,
          "ec2:CreateAction": [
            ...(scope.createsCluster
              ? ["AllocateAddress", "CreateInternetGateway", "CreateNatGateway", "CreateVpc"]
              : []),
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
    { resources: inEc2(scope, ...taggedTypes(scope), "security-group-rule"), condition: resourceTag(scope) },
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
  /** The build log, and the control plane's where the cluster is the stack's own. */
  logGroup: (scope: StackScope): Place[] => {
    const controlPlane = scope.createsCluster ? [`/aws/eks/${scope.clusterName}/cluster`] : [];
    return [{ resources: logGroups(scope, `/aws/codebuild/${scope.projectName}`, ...controlPlane) }];
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

  ...clusterPlaces,

  connection: ({ connectionArn }: StackScope): Place[] =>
    connectionArn === undefined ? [] : [{ resources: [connectionArn] }],
} satisfies Record<string, (scope: StackScope) => Place[]>;

export type PlaceName = keyof typeof places;
