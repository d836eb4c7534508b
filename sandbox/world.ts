/**
 * The world as a company would have it before the program comes: one AWS account, and in each of three regions a VPC
 * with public and private subnets, NAT gateways and a private EKS cluster; one connection to GitHub; one repository.
 */

/** AWS account id of the sandbox; the one that moto uses by default. */
export const accountId = "123456789012";

/** The account's one connection to GitHub (an app installation), approved by a person before the program comes. */
export const connectionArn =
  "arn:aws:codeconnections:ap-northeast-1:123456789012:connection/6f3e8a52-0d41-4b8e-9c7a-2f5d1b60e934";

/** The GitHub repository that holds the Kubernetes manifests. */
export const targetRepository = { owner: "example-org", name: "kubernetes-manifests", defaultBranch: "main" };

/** The GitHub repository that holds this program. */
export const infrastructureRepository = {
  owner: "example-org",
  name: "eks-dryrun-runner",
  defaultBranch: "main",
};

/** The organisation in Pulumi Cloud. */
export const pulumiOrganization = "example-org";

/** A region of the company. */
export interface Region {
  /** AWS region code. */
  region: string;
  /** Name of the EKS cluster. */
  clusterName: string;
  /** Folder of the cluster's manifests in the target repository. */
  overlay: string;
  /** Kubernetes minor version of the cluster. */
  version: string;
  /** CIDR block of the cluster's VPC. */
  vpcCidrBlock: string;
  /** Per availability zone: a public and a private subnet; a NAT gateway in the public one where `nat` is set. */
  zones: { availabilityZone: string; publicCidrBlock: string; privateCidrBlock: string; nat: boolean }[];
}

/** All regions, in the order of the registry. India has one NAT gateway for all zones, as a frugal team would. */
export const regions: Region[] = [
  {
    region: "ap-northeast-1",
    clusterName: "trocco-production",
    overlay: "k8s/ja-production",
    version: "1.35",
    vpcCidrBlock: "10.10.0.0/16",
    zones: [
      {
        availabilityZone: "ap-northeast-1a",
        publicCidrBlock: "10.10.0.0/24",
        privateCidrBlock: "10.10.16.0/20",
        nat: true,
      },
      {
        availabilityZone: "ap-northeast-1c",
        publicCidrBlock: "10.10.1.0/24",
        privateCidrBlock: "10.10.32.0/20",
        nat: true,
      },
    ],
  },
  {
    region: "ap-northeast-2",
    clusterName: "trocco-kr-production",
    overlay: "k8s/kr-production",
    version: "1.35",
    vpcCidrBlock: "10.20.0.0/16",
    zones: [
      {
        availabilityZone: "ap-northeast-2a",
        publicCidrBlock: "10.20.0.0/24",
        privateCidrBlock: "10.20.16.0/20",
        nat: true,
      },
      {
        availabilityZone: "ap-northeast-2c",
        publicCidrBlock: "10.20.1.0/24",
        privateCidrBlock: "10.20.32.0/20",
        nat: true,
      },
    ],
  },
  {
    region: "ap-south-1",
    clusterName: "trocco-in-production",
    overlay: "k8s/in-production",
    version: "1.35",
    vpcCidrBlock: "10.30.0.0/16",
    zones: [
      {
        availabilityZone: "ap-south-1a",
        publicCidrBlock: "10.30.0.0/24",
        privateCidrBlock: "10.30.16.0/20",
        nat: true,
      },
      {
        availabilityZone: "ap-south-1b",
        publicCidrBlock: "10.30.1.0/24",
        privateCidrBlock: "10.30.32.0/20",
        nat: false,
      },
    ],
  },
];
