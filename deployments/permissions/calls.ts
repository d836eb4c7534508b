import { calls, provider, type Call } from "./call";
import { clusterCalls } from "./clusterCalls";

const authorizationReference =
  "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html";

/**
 * Every call that `pulumi up`, `refresh` and `destroy` of a stack may make. The update role's policy is this table, and
 * the preview role's is what of it looks. What the sandbox's stand-ins call is a part of it; what is superfluous is
 * decided by the sources alone.
 */
export const table: Call[] = [
  ...calls("sts", ["the provider"], "hashicorp/aws-sdk-go-base:validation.go", {
    GetCallerIdentity: ["anything", "look"],
  }),

  ...calls("ec2", ["Subnet", "getSubnet", "getSubnets"], `${provider}/ec2/vpc_subnet.go`, {
    DescribeSubnets: ["anything", "look"],
    CreateSubnet: ["newNetwork", "create"],
    ModifySubnetAttribute: ["ownNetwork", "create", "update"],
    DeleteSubnet: ["ownNetwork", "delete"],
    // Deleting a subnet looks for network interfaces that services have left in it.
    DescribeNetworkInterfaces: ["anything", "delete"],
  }),
  ...calls("ec2", ["RouteTable", "getRouteTable"], `${provider}/ec2/vpc_route_table.go`, {
    DescribeRouteTables: ["anything", "look"],
    CreateRouteTable: ["newNetwork", "create"],
    DeleteRouteTable: ["ownNetwork", "delete"],
  }),
  ...calls("ec2", ["Route"], `${provider}/ec2/vpc_route.go`, {
    CreateRoute: ["ownNetwork", "create"],
    ReplaceRoute: ["ownNetwork", "update"],
    DeleteRoute: ["ownNetwork", "delete"],
  }),
  ...calls("ec2", ["RouteTableAssociation"], `${provider}/ec2/vpc_route_table_association.go`, {
    AssociateRouteTable: ["ownSubnetsAndAnyRouteTable", "create"],
    ReplaceRouteTableAssociation: ["ownSubnetsAndAnyRouteTable", "update"],
    DisassociateRouteTable: ["ownSubnetsAndAnyRouteTable", "delete"],
  }),
  ...calls("ec2", ["NetworkAcl"], `${provider}/ec2/vpc_network_acl.go`, {
    DescribeNetworkAcls: ["anything", "look"],
    CreateNetworkAcl: ["newNetwork", "create"],
    CreateNetworkAclEntry: ["ownNetwork", "create", "update"],
    DeleteNetworkAclEntry: ["ownNetwork", "update"],
    DeleteNetworkAcl: ["ownNetwork", "delete"],
  }),
  ...calls("ec2", ["NetworkAcl"], `${provider}/ec2/vpc_network_acl_association.go`, {
    ReplaceNetworkAclAssociation: ["ownSubnetsAndAnyNetworkAcl", "create", "update", "delete"],
  }),
  ...calls("ec2", ["SecurityGroup"], `${provider}/ec2/vpc_security_group.go`, {
    DescribeSecurityGroups: ["anything", "look"],
    CreateSecurityGroup: ["newNetwork", "create"],
    DeleteSecurityGroup: ["ownNetwork", "delete"],
  }),
  ...calls("ec2", ["SecurityGroupEgressRule"], `${provider}/ec2/vpc_security_group_egress_rule.go`, {
    DescribeSecurityGroupRules: ["anything", "look"],
    AuthorizeSecurityGroupEgress: ["ownNetwork", "create"],
    // Also when a security group is made: the provider takes EC2's rule that lets everything out away.
    RevokeSecurityGroupEgress: ["ownNetwork", "create", "delete"],
  }),
  ...calls("ec2", ["SecurityGroupIngressRule"], `${provider}/ec2/vpc_security_group_ingress_rule.go`, {
    AuthorizeSecurityGroupIngress: ["newRuleOfClusterSecurityGroup", "create"],
    ModifySecurityGroupRules: ["clusterSecurityGroup", "update"],
    RevokeSecurityGroupIngress: ["clusterSecurityGroup", "delete"],
  }),
  ...calls("ec2", ["everything with tags"], authorizationReference, {
    CreateTags: ["newTags", "create"],
    DeleteTags: ["ownNetwork", "update"],
  }),
  ...calls("ec2", ["getVpc"], `${provider}/ec2/vpc_data_source.go`, {
    "DescribeVpcs DescribeVpcAttribute": ["anything", "look"],
  }),
  ...calls("ec2", ["getVpc"], `${provider}/ec2/find.go`, {
    DescribeNetworkAcls: ["anything", "look"],
  }),
  ...calls("ec2", ["getVpcEndpoint"], `${provider}/ec2/vpc_endpoint_data_source.go`, {
    "DescribeVpcEndpoints DescribePrefixLists": ["anything", "look"],
  }),
  ...calls("ec2", ["getNetworkInterface"], `${provider}/ec2/vpc_network_interface_data_source.go`, {
    DescribeNetworkInterfaces: ["anything", "look"],
  }),
  ...calls("ec2", ["getNatGateway", "getNatGateways"], `${provider}/ec2/vpc_nat_gateway_data_source.go`, {
    DescribeNatGateways: ["anything", "look"],
  }),
  ...calls("ec2", ["getAvailabilityZones"], `${provider}/ec2/ec2_availability_zones_data_source.go`, {
    DescribeAvailabilityZones: ["anything", "look"],
  }),

  ...calls("iam", ["Role"], `${provider}/iam/role.go`, {
    "GetRole ListRolePolicies ListAttachedRolePolicies": ["ownRoles", "look"],
    // Under the boundary where there is one, or the role that is made could do what the boundary forbids.
    CreateRole: ["boundedRoles", "create"],
    "TagRole UntagRole": ["ownRoles", "create", "update"],
    "UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription": ["ownRoles", "update"],
    PutRolePermissionsBoundary: ["boundedRoles", "update"],
    DeleteRolePermissionsBoundary: ["unboundedRoles", "update"],
    // Deleting a role looks for instance profiles with it first.
    ListInstanceProfilesForRole: ["ownRoles", "delete"],
    DeleteRole: ["ownRoles", "delete"],
  }),
  ...calls("iam", ["RolePolicy"], `${provider}/iam/role_policy.go`, {
    GetRolePolicy: ["ownRoles", "look"],
    PutRolePolicy: ["boundedRoles", "create", "update"],
    DeleteRolePolicy: ["ownRoles", "delete"],
  }),
  ...calls("iam", ["getOpenIdConnectProvider"], `${provider}/iam/openid_connect_provider_data_source.go`, {
    GetOpenIDConnectProvider: ["githubIdentityProvider", "look"],
  }),
  // Never deleted: the account's other roles may trust it (components/releaseIdentity.ts).
  ...calls("iam", ["OpenIdConnectProvider"], `${provider}/iam/openid_connect_provider.go`, {
    GetOpenIDConnectProvider: ["githubIdentityProvider", "look"],
    // Tags come with the creation, and take the right to tag.
    "CreateOpenIDConnectProvider TagOpenIDConnectProvider": ["githubIdentityProvider", "create"],
  }),
  ...calls(
    "iam",
    ["Project"],
    "https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html",
    { PassRole: ["buildRolesForCodeBuild", "create", "update"] },
  ),

  ...calls("codebuild", ["Project"], `${provider}/codebuild/project.go`, {
    BatchGetProjects: ["projects", "look"],
    CreateProject: ["projects", "create"],
    UpdateProject: ["projects", "update"],
    DeleteProject: ["projects", "delete"],
  }),
  ...calls("codebuild", ["Webhook"], `${provider}/codebuild/webhook.go`, {
    CreateWebhook: ["runnerProject", "create"],
    UpdateWebhook: ["runnerProject", "update"],
    DeleteWebhook: ["runnerProject", "delete"],
  }),

  ...calls("logs", ["LogGroup"], `${provider}/logs/group.go`, {
    DescribeLogGroups: ["anything", "look"],
    ListTagsForResource: ["logGroup", "look"],
    CreateLogGroup: ["logGroup", "create"],
    "PutRetentionPolicy DeleteRetentionPolicy TagResource UntagResource": ["logGroup", "create", "update"],
    DeleteLogGroup: ["logGroup", "delete"],
  }),

  ...calls("eks", ["getCluster"], `${provider}/eks/cluster_data_source.go`, {
    DescribeCluster: ["cluster", "look"],
  }),
  ...calls("eks", ["AccessEntry"], `${provider}/eks/access_entry.go`, {
    DescribeAccessEntry: ["accessEntry", "look"],
    CreateAccessEntry: ["newAccessEntry", "create"],
    UpdateAccessEntry: ["accessEntryInItsGroup", "update"],
    "TagResource UntagResource": ["accessEntry", "create", "update"],
    DeleteAccessEntry: ["accessEntry", "delete"],
  }),

  ...clusterCalls,

  ...connectionCalls("codeconnections"),
  // AWS checks the action by the prefix of the connection's ARN, which is the old one for old connections:
  // https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
  ...connectionCalls("codestar-connections"),
];

function connectionCalls(service: string): Call[] {
  return [
    ...calls(service, ["getConnection"], `${provider}/codestarconnections/connection_data_source.go`, {
      "GetConnection ListTagsForResource": ["connection", "look"],
    }),
    ...calls(
      service,
      ["Project", "Webhook"],
      "https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam-id-based-policies-examples-connections.html",
      { "UseConnection PassConnection": ["connection", "create", "update"] },
    ),
  ];
}
