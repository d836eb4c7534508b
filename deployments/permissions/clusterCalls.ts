import { calls, provider, type Call } from "./call";

/** The calls of a stack with a cluster of its own (`cluster: create`), beside those of every stack. */
export const clusterCalls: Call[] = [
  ...calls("ec2", ["Vpc"], `${provider}/ec2/vpc_.go`, {
    CreateVpc: ["newVpc", "create"],
    ModifyVpcAttribute: ["ownVpc", "create", "update"],
    DeleteVpc: ["ownVpc", "delete"],
  }),
  ...calls("ec2", ["InternetGateway"], `${provider}/ec2/vpc_internet_gateway.go`, {
    DescribeInternetGateways: ["anythingOfClusters", "look"],
    CreateInternetGateway: ["newVpc", "create"],
    AttachInternetGateway: ["ownVpc", "create", "update"],
    DetachInternetGateway: ["ownVpc", "update", "delete"],
    DeleteInternetGateway: ["ownVpc", "delete"],
  }),
  ...calls("ec2", ["Eip"], `${provider}/ec2/ec2_eip.go`, {
    "DescribeAddresses DescribeAddressesAttribute": ["anythingOfClusters", "look"],
    AllocateAddress: ["newVpc", "create"],
    DisassociateAddress: ["ownVpc", "delete"],
    ReleaseAddress: ["ownVpc", "delete"],
  }),
  ...calls("ec2", ["NatGateway"], `${provider}/ec2/vpc_nat_gateway.go`, {
    CreateNatGateway: ["newVpc", "create"],
    DeleteNatGateway: ["ownVpc", "delete"],
  }),

  ...calls("iam", ["Role of @pulumi/eks"], `${provider}/iam/role.go`, {
    "GetRole ListRolePolicies": ["clusterRole", "look"],
    CreateRole: ["clusterRole", "create"],
    "TagRole UntagRole": ["clusterRole", "create", "update"],
    "UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription": ["clusterRole", "update"],
    ListInstanceProfilesForRole: ["clusterRole", "delete"],
    DeleteRole: ["clusterRole", "delete"],
  }),
  ...calls("iam", ["RolePolicyAttachment of @pulumi/eks"], `${provider}/iam/role_policy_attachment.go`, {
    ListAttachedRolePolicies: ["clusterRole", "look"],
    AttachRolePolicy: ["clusterRolePolicy", "create"],
    DetachRolePolicy: ["clusterRolePolicy", "delete"],
  }),
  ...calls(
    "iam",
    ["Cluster of @pulumi/eks"],
    "https://docs.aws.amazon.com/eks/latest/userguide/create-cluster.html",
    {
      PassRole: ["clusterRoleForEks", "create"],
    },
  ),
  ...calls(
    "iam",
    ["Cluster of @pulumi/eks"],
    "https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles-eks.html",
    { CreateServiceLinkedRole: ["eksServiceLinkedRole", "create"] },
  ),

  ...calls("eks", ["getClusters"], `${provider}/eks/clusters_data_source.go`, {
    ListClusters: ["anythingOfClusters", "look"],
  }),
  ...calls("eks", ["Cluster of @pulumi/eks"], `${provider}/eks/cluster.go`, {
    CreateCluster: ["newCluster", "create"],
    "UpdateClusterVersion UpdateClusterConfig DescribeUpdate": ["ownCluster", "update"],
    "TagResource UntagResource": ["ownCluster", "create", "update"],
    DeleteCluster: ["ownCluster", "delete"],
  }),
];
