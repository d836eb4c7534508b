import { RevokeSecurityGroupIngressCommand, AuthorizeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import type { BuildAccess } from "../../sandbox/aws/eks/buildAccess";
import { clusterName, clusterWorld, region, type ClusterWorld, type Ended } from "./clusterWorld";

describe("a build's way into a cluster", function () {
  this.timeout(60_000);

  let world: ClusterWorld;
  let build: BuildAccess;

  before(async () => {
    world = await clusterWorld();
    build = await world.openBuild();
  });
  after(() => world.stop());

  const aws = (...args: string[]) => world.run(build, "aws", ...args);
  const connect = () =>
    aws(
      "eks",
      "update-kubeconfig",
      "--name",
      clusterName,
      "--region",
      region,
      "--kubeconfig",
      world.kubeconfig,
    );
  const kubectl = (...args: string[]): Promise<Ended> =>
    world.run(build, "kubectl", "--kubeconfig", world.kubeconfig, ...args);

  it("is open with the real aws and kubectl: the role is a user with the groups of its access entry", async () => {
    const connected = await connect();
    expect(connected.exitCode, connected.all).to.equal(0);
    const { all } = await kubectl("auth", "whoami");
    expect(all).to.contain("arn:aws:sts::123456789012:assumed-role/runner/AWSCodeBuild-1");
    expect(all).to.contain("[pr-dry-run system:authenticated]");
  });
});
