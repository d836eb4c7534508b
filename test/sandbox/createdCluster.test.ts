import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { startSandbox, type Sandbox } from "../../sandbox/testing";
import { reached } from "./deployedReach";
import { aws, clusterOf, regionOf, succeeded } from "./deployedWorld";
import { installGuard, RegionPullRequests } from "./regionPullRequests";

const stack = "ja-production";
const region = regionOf[stack]!;
const clusterName = clusterOf[stack]!;

/** Names and ids of all that a stack with a cluster of its own makes, beside what every stack makes. */
async function inventory(sandbox: Sandbox): Promise<Record<string, string[]>> {
  const list = async (key: string, ...args: string[]) =>
    [key, (await aws<string[]>(sandbox, stack, ...args)).sort()] as const;
  const ec2 = (command: string, query: string) => list(command, "ec2", command, "--query", query);
  return Object.fromEntries(
    await Promise.all([
      ec2("describe-vpcs", "Vpcs[].VpcId"),
      ec2("describe-subnets", "Subnets[].SubnetId"),
      ec2("describe-route-tables", "RouteTables[].RouteTableId"),
      ec2("describe-internet-gateways", "InternetGateways[].InternetGatewayId"),
      ec2("describe-addresses", "Addresses[].AllocationId"),
      ec2("describe-nat-gateways", "NatGateways[?State!='deleted'].NatGatewayId"),
      ec2("describe-network-acls", "NetworkAcls[].NetworkAclId"),
      ec2("describe-network-interfaces", "NetworkInterfaces[].NetworkInterfaceId"),
      ec2("describe-security-groups", "SecurityGroups[].GroupId"),
      list("clusters", "eks", "list-clusters", "--query", "clusters"),
      list("roles", "iam", "list-roles", "--query", "Roles[].RoleName"),
      list("log groups", "logs", "describe-log-groups", "--query", "logGroups[].logGroupName"),
      list("projects", "codebuild", "list-projects", "--query", "projects"),
    ]),
  );
}

// The first trial of a company without a cluster. Each step builds on the one before.
describe("a stack that makes its cluster, with the real engine,", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let found: Record<string, string[]>;

  const pulumi = (...args: string[]) => sandbox.pulumi(args, { stack });
  const up = (...args: string[]) => pulumi("up", "--yes", "--skip-preview", ...args);
  const set = async (value: "create" | "existing") =>
    succeeded(await pulumi("config", "set", "eks-dryrun-runner:cluster", value));

  before(async () => {
    sandbox = await startSandbox();
    succeeded(await sandbox.aws(["eks", "delete-cluster", "--name", clusterName], { region }));
    found = await inventory(sandbox);
    await set("create");
  });
  after(() => sandbox.stop());

  it("brings up a private cluster in a VPC of its own, by @pulumi/eks, and keeps every rule of the policy pack", async () => {
    succeeded(await up("--policy-pack", "policy"));
    const { cluster } = await aws<{ cluster: Record<string, unknown> }>(
      sandbox,
      stack,
      ...["eks", "describe-cluster", "--name", clusterName],
    );
    expect(cluster).to.deep.include({ status: "ACTIVE", version: "1.35" });
    expect(cluster.resourcesVpcConfig).to.include({
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    });
    expect(cluster.accessConfig).to.include({ authenticationMode: "API" });
  });

  it("finds nothing to change afterwards, before and after a refresh", async () => {
    succeeded(await pulumi("preview", "--expect-no-changes"));
    succeeded(await up("--refresh", "--expect-no-changes"));
  });

  it("lets the runner reach the new control plane and the internet, and nothing else of the new VPC", async () => {
    const controlPlane = ["10.10.0.4", "10.10.0.30", "10.10.0.36", "10.10.0.62"];
    expect([...(await reached(sandbox, stack))]).to.have.members(controlPlane.map((host) => `${host}:443`));
  });

  it("dry-runs a pull request against the new API server", async () => {
    await installGuard(sandbox, stack);
    const pulls = await RegionPullRequests.on(sandbox, stack);
    await pulls.open("change-api");
    const job = await pulls.endedRegionJob(await pulls.runOf("branch=change-api"));
    const log = await pulls.logOf(job);
    await pulls.remove();
    expect((await pulls.endedBuild(job)).build).to.include({ status: "SUCCEEDED" });
    expect(job.conclusion, log).to.equal("success");
    expect(log).to.contain(`${stack}: no change.`);
  });

  it("takes the cluster away neither for a changed setting nor by a destroy", async () => {
    await set("existing");
    const refused = await pulumi("preview");
    expect(refused.exitCode).to.not.equal(0);
    expect(refused.all).to.include("would delete the cluster");
    await set("create");
    const destroyed = await pulumi("destroy", "--yes", "--skip-preview");
    expect(destroyed.exitCode).to.not.equal(0);
    expect(destroyed.all).to.match(/protect/);
    const left = await inventory(sandbox);
    expect(left.clusters).to.include(clusterName);
    for (const kind of ["describe-vpcs", "describe-nat-gateways", "roles"])
      expect(left[kind]!.length, kind).to.equal(found[kind]!.length + 1);
  });

  it("leaves nothing behind once it is unprotected and destroyed", async () => {
    succeeded(await pulumi("state", "unprotect", "--all", "--yes"));
    succeeded(await pulumi("destroy", "--yes", "--skip-preview"));
    expect(await inventory(sandbox)).to.deep.equal(found);
  });
});
