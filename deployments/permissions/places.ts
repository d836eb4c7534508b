import { guardedGroup, releaseGroup } from "../../committed/guardNames";
import { githubIssuer } from "../../components/identityTrust";
import { clusterPlaces } from "./clusterPlaces";
import { inEc2, logGroups, requestTag, resourceTag, taggedTypes, type Place, type StackScope } from "./scope";

const role = ({ accountId, stack }: StackScope, rest: string) =>
  `arn:aws:iam::${accountId}:role/${stack}-${rest}`;
const runnerRoles = (scope: StackScope) => [role(scope, "runner-*")];
const applyRoles = (scope: StackScope) => (scope.appliesReleases ? [role(scope, "apply-*")] : []);
const releaseRoles = (scope: StackScope) => (scope.appliesReleases ? [role(scope, "release")] : []);
const applyProjects = ({ appliesReleases, projectName }: StackScope) =>
  appliesReleases ? [`${projectName}-apply`] : [];
/** The runner's role, and where releases are applied that of the build which applies them. */
const buildRoles = (scope: StackScope) => [...runnerRoles(scope), ...applyRoles(scope)];
/** The same, and the role that starts that build. */
const roles = (scope: StackScope) => [...buildRoles(scope), ...releaseRoles(scope)];
const projectArn = ({ region, accountId }: StackScope, name: string) =>
  `arn:aws:codebuild:${region}:${accountId}:project/${name}`;
/** Whom the stack lets into the cluster, and into which group. */
const members = (scope: StackScope) =>
  [
    { principals: runnerRoles(scope), group: guardedGroup },
    { principals: applyRoles(scope), group: releaseGroup },
  ].filter(({ principals }) => principals.length > 0);
const inGroup = (group: string) => ({ "ForAllValues:StringEquals": { "eks:kubernetesGroups": [group] } });
const entryOf =
  ({ region, accountId, clusterName }: StackScope) =>
  (roleArn: string) =>
    `arn:aws:eks:${region}:${accountId}:access-entry/${clusterName}/role/${accountId}/${roleArn.split("/")[1] ?? ""}`;
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

  /** The stack's roles. The runner's name is generated, so that a new role is never mistaken for the old one. */
  ownRoles: (scope: StackScope): Place[] => [{ resources: roles(scope) }],
  /** Giving a role of the stack's rights: under the boundary, where the company has one. */
  boundedRoles: (scope: StackScope): Place[] => [
    {
      resources: roles(scope),
      ...(scope.permissionsBoundaryArn === undefined
        ? {}
        : { condition: { StringEquals: { "iam:PermissionsBoundary": scope.permissionsBoundaryArn } } }),
    },
  ],
  /** Taking a boundary off: only where nobody demands one. */
  unboundedRoles: (scope: StackScope): Place[] =>
    scope.permissionsBoundaryArn === undefined ? [{ resources: roles(scope) }] : [],
  /** Handing a role to CodeBuild. */
  buildRolesForCodeBuild: (scope: StackScope): Place[] => [
    {
      resources: buildRoles(scope),
      condition: { StringEquals: { "iam:PassedToService": "codebuild.amazonaws.com" } },
    },
  ],

  /** The projects: the runner's, and the one that applies releases. */
  projects: (scope: StackScope): Place[] => [
    { resources: [scope.projectName, ...applyProjects(scope)].map((name) => projectArn(scope, name)) },
  ],
  /** The runner's project, which alone has a webhook. */
  runnerProject: (scope: StackScope): Place[] => [{ resources: [projectArn(scope, scope.projectName)] }],
  /** The build logs, and the control plane's where the cluster is the stack's own. */
  logGroup: (scope: StackScope): Place[] => {
    const controlPlane = scope.createsCluster ? [`/aws/eks/${scope.clusterName}/cluster`] : [];
    const builds = [scope.projectName, ...applyProjects(scope)].map((name) => `/aws/codebuild/${name}`);
    return [{ resources: logGroups(scope, ...builds, ...controlPlane) }];
  },

  cluster: (scope: StackScope): Place[] => [{ resources: cluster(scope) }],
  /** A new access entry of the cluster: for a role that builds have, in its group. */
  newAccessEntry: (scope: StackScope): Place[] =>
    members(scope).map(({ principals, group }) => ({
      resources: cluster(scope),
      condition: { ArnLike: { "eks:principalArn": principals }, ...inGroup(group) },
    })),
  /** The access entries of those roles. */
  accessEntry: (scope: StackScope): Place[] => [{ resources: buildRoles(scope).map(entryOf(scope)) }],
  /** The same, without letting one into another group. */
  accessEntryInItsGroup: (scope: StackScope): Place[] =>
    members(scope).map(({ principals, group }) => ({
      resources: principals.map(entryOf(scope)),
      condition: inGroup(group),
    })),

  ...clusterPlaces,

  /** GitHub's identity provider in the account, which releases trust. */
  githubIdentityProvider: (scope: StackScope): Place[] =>
    scope.appliesReleases
      ? [{ resources: [`arn:aws:iam::${scope.accountId}:oidc-provider/${githubIssuer}`] }]
      : [],

  connection: ({ connectionArn }: StackScope): Place[] =>
    connectionArn === undefined ? [] : [{ resources: [connectionArn] }],
} satisfies Record<string, (scope: StackScope) => Place[]>;

export type PlaceName = keyof typeof places;
