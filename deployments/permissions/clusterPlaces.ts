import { inEc2, requestTag, resourceTag, taggedTypes, type Place, type StackScope } from "./scope";

const clusterRole = ({ accountId, stack }: StackScope) =>
  `arn:aws:iam::${accountId}:role/${stack}-eksRole-role-*`;

/** Nowhere, but for a stack that makes its cluster. */
function ifCreated(place: (scope: StackScope) => Place[]): (scope: StackScope) => Place[] {
  return (scope) => (scope.createsCluster ? place(scope) : []);
}

/**
 * Where a stack with a cluster of its own (`cluster: create`) does more than others. Resource types and condition keys:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const clusterPlaces = {
  /** Looking at what AWS lets nobody narrow. */
  anythingOfClusters: ifCreated(() => [{ resources: ["*"] }]),

  /** Making the VPC and the way out of it, tagged as the stack's. A NAT gateway stands in an own subnet, at an own address. */
  newVpc: ifCreated((scope) => [
    { resources: inEc2(scope, ...taggedTypes(scope)), condition: requestTag(scope) },
    { resources: inEc2(scope, ...taggedTypes(scope), "security-group-rule"), condition: resourceTag(scope) },
  ]),
  /** The stack's own VPC and the way out of it. */
  ownVpc: ifCreated((scope) => [
    { resources: inEc2(scope, ...taggedTypes(scope), "security-group-rule"), condition: resourceTag(scope) },
  ]),

  /** The role that EKS works with, by the name that @pulumi/eks gives it. */
  clusterRole: ifCreated((scope) => [{ resources: [clusterRole(scope)] }]),
  /** Giving it AWS's own policy for that, and no other. */
  clusterRolePolicy: ifCreated((scope) => [
    {
      resources: [clusterRole(scope)],
      condition: { ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" } },
    },
  ]),
  /** Handing it to EKS. */
  clusterRoleForEks: ifCreated((scope) => [
    {
      resources: [clusterRole(scope)],
      condition: { StringEquals: { "iam:PassedToService": "eks.amazonaws.com" } },
    },
  ]),
  /** EKS's own role in the account, which the first cluster brings along. */
  eksServiceLinkedRole: ifCreated(({ accountId }) => [
    {
      resources: [
        `arn:aws:iam::${accountId}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS`,
      ],
      condition: { StringEquals: { "iam:AWSServiceName": "eks.amazonaws.com" } },
    },
  ]),

  /** A new cluster: AWS lets nobody narrow it to a name, but to the stack's tag and to a private one. */
  newCluster: ifCreated((scope) => [
    {
      resources: ["*"],
      condition: {
        StringEquals: { ...requestTag(scope).StringEquals, "eks:authenticationMode": "API" },
        Bool: { "eks:endpointPublicAccess": "false" },
      },
    },
  ]),
  /** The cluster, once it is there. */
  ownCluster: ifCreated(({ region, accountId, clusterName }) => [
    { resources: [`arn:aws:eks:${region}:${accountId}:cluster/${clusterName}`] },
  ]),
} satisfies Record<string, (scope: StackScope) => Place[]>;
