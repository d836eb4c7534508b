import { expect } from "chai";
import { describe, it } from "mocha";
import { runProgram } from "./runProgram";
import { own, refusal, up } from "./up";
import { configs, mockWorld, regions, type MockRegion } from "./world";

describe("the program, where the world does not fit,", () => {
  const refusals: [string, (region: MockRegion) => void, RegExp, Record<string, string>?][] = [
    [
      "names a cluster that is not active",
      (r) => (r.cluster.status = "CREATING"),
      /is CREATING, expected ACTIVE/,
    ],
    [
      "names a cluster without private endpoint",
      (r) => ((r.cluster.vpcConfig as Record<string, unknown>).endpointPrivateAccess = false),
      /no private endpoint.*\n.*endpointPrivateAccess=true/,
    ],
    [
      "names a cluster without access entries",
      (r) => (r.cluster.accessConfigs = [{ authenticationMode: "CONFIG_MAP" }]),
      /authentication mode CONFIG_MAP.*\n.*API_AND_CONFIG_MAP/,
    ],
    ["names a VPC without DNS names", (r) => (r.vpc.enableDnsHostnames = false), /enable-dns-hostnames off/],
    ["names a VPC without DNS", (r) => (r.vpc.enableDnsSupport = false), /enable-dns-support off/],
    [
      "names a pending connection",
      (r) => (r.connection.connectionStatus = "PENDING"),
      /is PENDING, expected AVAILABLE/,
    ],
    [
      "names a connection to elsewhere",
      (r) => (r.connection.providerType = "Bitbucket"),
      /leads to Bitbucket/,
    ],
    ["names a VPC without NAT gateway", (r) => (r.natGateways = []), /no public NAT gateway/],
    [
      "takes a private NAT gateway for no way out",
      (r) => r.natGateways.forEach((nat) => (nat.connectivityType = "private")),
      /no public NAT gateway/,
    ],
    [
      "names a subnet of the cluster that is gone",
      (r) => (r.subnets = r.subnets.filter(({ id }) => id !== "subnet-private-a")),
      /the subnets of EKS cluster trocco-production could not be looked up/,
    ],
    [
      "names a range outside of the VPC",
      (r) => (r.vpc.cidrBlockAssociations = [{ cidrBlock: "172.16.0.0/16" }]),
      /runnerSubnets\[0\]\.cidrBlock is 10\.10\.96\.0\/27, outside of VPC vpc-1 \(172\.16\.0\.0\/16\)/,
    ],
    [
      "names the subnet that a range overlaps",
      (r) =>
        r.subnets.push({ id: "subnet-taken", cidrBlock: "10.10.96.0/20", availabilityZone: "z", tags: {} }),
      /overlaps subnet subnet-taken \(10\.10\.96\.0\/20\)/,
    ],
    [
      "takes a subnet of a stack of the same name of another project for a stranger's",
      (r) =>
        r.subnets.push({
          id: "subnet-other",
          cidrBlock: "10.10.96.0/27",
          availabilityZone: "ap-northeast-1a",
          tags: { "pulumi:project": "other", "pulumi:stack": "ja-production" },
        }),
      /overlaps subnet subnet-other/,
    ],
    [
      "does not move a range between zones while its old subnet stands",
      (r) =>
        r.subnets.push({
          id: "subnet-own",
          cidrBlock: "10.10.96.0/27",
          availabilityZone: "ap-northeast-1d",
          tags: { "pulumi:project": "eks-dryrun-runner", "pulumi:stack": "ja-production" },
        }),
      /overlaps subnet subnet-own/,
    ],
    [
      "names a repository that is public without being called so",
      (r) => (r.repository.visibility = "public"),
      /is public, but eks-dryrun-runner:targetRepositoryIsPublic is false/,
    ],
    [
      "names a repository that has another name now",
      (r) => (r.repository.fullName = "example-org/manifests"),
      /is called example-org\/manifests now\n +set eks-dryrun-runner:targetRepository in Pulumi.yaml/,
    ],
    [
      "names a repository that nobody can commit to",
      (r) => (r.repository.archived = true),
      /is archived.*\n +gh api -X PATCH repos\/example-org\/kubernetes-manifests -F archived=false/,
    ],
    [
      "names a NAT gateway of another VPC",
      (r) => r.natGateways.push({ id: "nat-0123456789abcdef0", zone: "ap-northeast-1a", vpcId: "vpc-2" }),
      /is in VPC vpc-2, expected the cluster's, vpc-1/,
      { natGatewayId: "nat-0123456789abcdef0" },
    ],
    [
      "names a NAT gateway that is gone",
      (r) => r.natGateways.push({ id: "nat-0123456789abcdef0", zone: "ap-northeast-1a", state: "deleted" }),
      /is deleted, expected available/,
      { natGatewayId: "nat-0123456789abcdef0" },
    ],
    [
      "names a route table that leads to an internet gateway",
      (r) =>
        (r.routeTables["rtb-0123456789abcdef0"] = {
          vpcId: "vpc-1",
          routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1", natGatewayId: "" }],
        }),
      /leads to internet gateway igw-1/,
      { routeTableId: "rtb-0123456789abcdef0" },
    ],
    [
      "names a route table without way out",
      (r) => (r.routeTables["rtb-0123456789abcdef0"] = { vpcId: "vpc-1", routes: [] }),
      /no route for 0\.0\.0\.0\/0/,
      { routeTableId: "rtb-0123456789abcdef0" },
    ],
  ];
  for (const [what, change, pattern, wayOut] of refusals) {
    it(what, async () => {
      const subnets = JSON.parse(configs["ja-production"]![own("runnerSubnets")]!) as object[];
      const config = wayOut
        ? { [own("runnerSubnets")]: JSON.stringify([{ ...subnets[0], ...wayOut }, subnets[1]]) }
        : {};
      expect(refusal(await up("ja-production", { region: change, config }))).to.match(pattern);
    });
  }

  it("counts the rules for which the network ACL has no room", async () => {
    const destinations = Array.from({ length: 13 }, (_, index) => ({
      cidrBlock: `10.10.48.${String(index)}/32`,
      port: 443,
    }));
    const config = (count: number) => ({
      [own("privateDestinations")]: JSON.stringify(destinations.slice(0, count)),
    });
    expect((await up("ja-production", { config: config(12) })).error).to.equal(undefined);
    expect(refusal(await up("ja-production", { config: config(13) }))).to.match(
      /network ACL would have 21 rules, and EC2 takes 20: 2 are for the cluster's subnets and 13 for eks-dryrun-runner:privateD/,
    );
  });

  it("names interface endpoints to which runners are led and do not come, and takes them once the settings name them", async () => {
    const region = (r: MockRegion) => {
      // Those in the control plane's subnets are open as the control plane is.
      r.endpoints = { eks: ["10.10.48.7", "10.10.49.7"], sts: ["10.10.16.7"], ssm: ["10.10.48.9"] };
    };
    const config = (...destinations: [cidrBlock: string, port: number][]) => ({
      [own("privateDestinations")]: JSON.stringify(
        destinations.map(([cidrBlock, port]) => ({ cidrBlock, port })),
      ),
    });
    const refused = (message: string, closed: string) => {
      expect(message).to.include(
        `an interface endpoint for eks with private DNS names, which lead runners to ${closed},`,
      );
    };
    refused(refusal(await up("ja-production", { region })), "10.10.48.7, 10.10.49.7");
    const half = config(["10.10.48.7/32", 443], ["10.10.49.0/24", 8443]);
    refused(refusal(await up("ja-production", { region, config: half })), "10.10.49.7");
    const all = config(["10.10.48.0/23", 443]);
    expect((await up("ja-production", { region, config: all })).error).to.equal(undefined);
  });

  it("says everything in one message", async () => {
    const message = refusal(
      await up("ja-production", {
        region: (region) => {
          region.cluster.status = "UPDATING";
          region.vpc.enableDnsSupport = false;
          region.connection.connectionStatus = "PENDING";
          region.natGateways = [];
        },
      }),
    );
    for (const part of ["is UPDATING", "enable-dns-support off", "is PENDING", "no public NAT gateway"]) {
      expect(message).to.include(part);
    }
  });

  it("says of a repository that cannot be read what GitHub says, and what is needed", async () => {
    const world = mockWorld(regions["ja-production"]!());
    world.functions["github:index/getRepository:getRepository"] = () => {
      // As gRPC hands a provider's error over.
      throw Object.assign(new Error(), { details: "401 Requires authentication" });
    };
    const message = refusal(await runProgram("ja-production", configs["ja-production"]!, world));
    expect(message).to.match(
      /example-org\/kubernetes-manifests could not be looked up: .*401 Requires authentication/,
    );
    expect(message).to.include("GITHUB_TOKEN must be set");
  });
});
