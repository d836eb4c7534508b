import { expect } from "chai";
import { describe, it } from "mocha";
import { namesOf } from "../pulumiMocks";
import { own, up } from "./up";
import { configs } from "./world";

describe("the runner's subnets", () => {
  it("use one NAT gateway for all zones where there is one", async () => {
    const run = await up("in-production", { region: (region) => region.natGateways.splice(1) });
    const routes = run.registered.filter(({ type }) => type === "aws:ec2/route:Route");
    expect(routes.map(({ inputs }) => inputs.natGatewayId)).to.deep.equal(["nat-a", "nat-a"]);
  });

  it("use a regional NAT gateway where their zone has none of its own", async () => {
    const run = await up("in-production", {
      region: (region) => {
        region.natGateways.splice(1, 1, { id: "nat-regional" });
      },
    });
    const routes = run.registered.filter(({ type }) => type === "aws:ec2/route:Route");
    expect(routes.map(({ inputs }) => inputs.natGatewayId)).to.deep.equal(["nat-a", "nat-regional"]);
  });

  it("use a given route table, and none is made", async () => {
    const subnets = (JSON.parse(configs["ja-production"]![own("runnerSubnets")]!) as object[]).map(
      (subnet) => ({
        ...subnet,
        routeTableId: "rtb-0123456789abcdef0",
      }),
    );
    const run = await up("ja-production", {
      config: { [own("runnerSubnets")]: JSON.stringify(subnets) },
      region: (region) => {
        region.natGateways = [];
        region.routeTables["rtb-0123456789abcdef0"] = {
          vpcId: "vpc-1",
          routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "", natGatewayId: "nat-a" }],
        };
      },
    });
    expect(namesOf(run.registered, "aws:ec2/routeTable:RouteTable")).to.deep.equal([]);
    const associations = run.registered.filter(({ type }) => type.endsWith(":RouteTableAssociation"));
    expect(associations.map(({ inputs }) => inputs.routeTableId)).to.deep.equal([
      "rtb-0123456789abcdef0",
      "rtb-0123456789abcdef0",
    ]);
  });

  it("are not taken for somebody else's where an earlier run has made them", async () => {
    const run = await up("ja-production", {
      region: (region) =>
        region.subnets.push({
          id: "subnet-own",
          cidrBlock: "10.10.96.0/27",
          availabilityZone: "ap-northeast-1a",
          tags: { "pulumi:project": "eks-dryrun-runner", "pulumi:stack": "ja-production" },
        }),
    });
    expect(namesOf(run.registered, "aws:ec2/subnet:Subnet")).to.have.length(2);
  });
});
