import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateClusterCommand,
  DeleteAccessEntryCommand,
  DeleteClusterCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
  TagResourceCommand,
  UpdateAccessEntryCommand,
  UpdateClusterConfigCommand,
  UpdateClusterVersionCommand,
  type CreateAccessEntryCommandInput,
} from "@aws-sdk/client-eks";
import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { DeleteRoleCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { Clusters } from "../../../sandbox/aws/eks/clusters";
import { codeBuildTrust, localAws, makeRole, refusal, statement, type LocalAws } from "./localAws";

const clusterName = "trocco-production";

describe("EKS of the local AWS", function () {
  this.timeout(240_000);
  let aws: LocalAws;
  let principalArn: string;

  before(async () => {
    aws = await localAws();
    principalArn = await makeRole(aws.clients(), "runner", { trust: codeBuildTrust("runner") });
  });
  after(() => aws.stop());

  const create = (changes: Partial<CreateAccessEntryCommandInput> = {}) =>
    aws.clients().eks.send(
      new CreateAccessEntryCommand({
        clusterName,
        principalArn,
        kubernetesGroups: ["pr-dry-run"],
        ...changes,
      }),
    );

  const refused: [
    what: string,
    changes: Partial<CreateAccessEntryCommandInput>,
    code: string,
    message: RegExp,
  ][] = [
    [
      "a group of Kubernetes' own",
      { kubernetesGroups: ["system:masters"] },
      "InvalidParameterException",
      /system:masters/,
    ],
    ["a user of Kubernetes' own", { username: "system:admin" }, "InvalidParameterException", /system:/],
    [
      "a session name without colon",
      { username: "run-{{SessionName}}" },
      "InvalidParameterException",
      /colon/,
    ],
    ["groups for nodes", { type: "EC2_LINUX" }, "InvalidParameterException", /STANDARD/],
    [
      "an unknown role",
      { principalArn: "arn:aws:iam::123456789012:role/nobody" },
      "InvalidParameterException",
      /^The specified principalArn is invalid: invalid principal\.$/,
    ],
    [
      "the session of a role",
      { principalArn: "arn:aws:sts::123456789012:assumed-role/runner/session" },
      "InvalidParameterException",
      /invalid principal/,
    ],
    [
      "an unknown cluster",
      { clusterName: "staging" },
      "ResourceNotFoundException",
      /No cluster found for name: staging/,
    ],
  ];
  for (const [what, changes, code, message] of refused)
    it(`refuses an access entry for ${what}`, async () => {
      const met = await refusal(create(changes));
      expect(met.code).to.equal(code);
      expect(met.message).to.match(message);
    });

  it("keeps an access entry from creation to deletion", async () => {
    const { eks } = aws.clients();
    const entry = { clusterName, principalArn };
    await create();
    expect((await refusal(create())).code).to.equal("ResourceInUseException");
    await eks.send(new UpdateAccessEntryCommand({ ...entry, kubernetesGroups: ["other"] }));
    const { accessEntry } = await eks.send(new DescribeAccessEntryCommand(entry));
    expect(accessEntry).to.include({
      type: "STANDARD",
      username: "arn:aws:sts::123456789012:assumed-role/runner/{{SessionName}}",
    });
    expect(accessEntry?.kubernetesGroups).to.deep.equal(["other"]);
    const resourceArn = accessEntry?.accessEntryArn ?? "";
    await eks.send(new TagResourceCommand({ resourceArn, tags: { team: "platform" } }));
    const tagged = await eks.send(new DescribeAccessEntryCommand(entry));
    expect(tagged.accessEntry?.tags).to.deep.equal({ team: "platform" });

    await eks.send(new DeleteAccessEntryCommand(entry));
    expect((await refusal(eks.send(new DescribeAccessEntryCommand(entry)))).code).to.equal(
      "ResourceNotFoundException",
    );
  });

  it("keeps the unique id of the role, so that a role made anew leaves a dead entry", async () => {
    const { iam } = aws.clients();
    const RoleName = "replaced";
    const arn = await makeRole(aws.clients(), RoleName, { trust: codeBuildTrust(RoleName) });
    const made = await iam.send(new GetRoleCommand({ RoleName }));
    await create({ principalArn: arn });
    await iam.send(new DeleteRoleCommand({ RoleName }));
    await makeRole(aws.clients(), RoleName, { trust: codeBuildTrust(RoleName) });
    const anew = await iam.send(new GetRoleCommand({ RoleName }));
    const kept = new Clusters(aws.directory)
      .entries("ap-northeast-1", clusterName)
      .find(({ principalArn: principal }) => principal === arn);
    expect(kept?.principalId).to.equal(made.Role?.RoleId).and.not.equal(anew.Role?.RoleId);
    await aws.clients().eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn: arn }));
  });

  it("associates AWS's access policies and no others", async () => {
    const { eks } = aws.clients();
    const entry = { clusterName, principalArn };
    await create();
    const associate = (policy: string) =>
      eks.send(
        new AssociateAccessPolicyCommand({
          ...entry,
          policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
          accessScope: { type: "cluster" },
        }),
      );
    await associate("AmazonEKSViewPolicy");
    expect((await refusal(associate("MyPolicy"))).code).to.equal("InvalidParameterException");
    const { associatedAccessPolicies } = await eks.send(new ListAssociatedAccessPoliciesCommand(entry));
    expect(associatedAccessPolicies).to.have.length(1);
    await eks.send(new DeleteAccessEntryCommand(entry));
  });

  it("changes a cluster's endpoints and never takes access entries away", async () => {
    const { eks } = aws.clients("ap-northeast-2");
    const name = "trocco-kr-production";
    const endpoints = { endpointPrivateAccess: false, endpointPublicAccess: true };
    await eks.send(new UpdateClusterConfigCommand({ name, resourcesVpcConfig: endpoints }));
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    expect(cluster?.resourcesVpcConfig).to.include(endpoints);
    const neither = { endpointPublicAccess: false };
    const without = new UpdateClusterConfigCommand({ name, resourcesVpcConfig: neither });
    expect((await refusal(eks.send(without))).code).to.equal("InvalidParameterException");
    const back = new UpdateClusterConfigCommand({ name, accessConfig: { authenticationMode: "CONFIG_MAP" } });
    expect((await refusal(eks.send(back))).code).to.equal("InvalidRequestException");
  });

  it("updates a cluster by one minor version at a time, and never back", async () => {
    const { eks } = aws.clients("ap-northeast-2");
    const name = "trocco-kr-production";
    const updateTo = (version: string) => eks.send(new UpdateClusterVersionCommand({ name, version }));
    for (const version of ["1.34", "1.35", "1.37"])
      expect((await refusal(updateTo(version))).code, version).to.equal("InvalidParameterException");
    await updateTo("1.36");
    expect((await eks.send(new DescribeClusterCommand({ name }))).cluster?.version).to.equal("1.36");
  });

  it("takes for a cluster only a role that lets EKS in and has EKS's own policy", async () => {
    const { eks } = aws.clients("ap-northeast-2");
    const { cluster } = await eks.send(new DescribeClusterCommand({ name: "trocco-kr-production" }));
    const { subnetIds } = cluster?.resourcesVpcConfig ?? {};
    const makeCluster = (role: string) =>
      refusal(
        eks.send(
          new CreateClusterCommand({
            name: "second",
            version: "1.35",
            roleArn: `arn:aws:iam::123456789012:role/${role}`,
            resourcesVpcConfig: { subnetIds },
          }),
        ),
      );
    expect((await makeCluster("nobody")).message).to.match(/does not exist/);
    expect((await makeCluster("runner")).message).to.match(/trusted entity is not correct/);
    const trust = statement({ Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" });
    await makeRole(aws.clients("ap-northeast-2"), "without-policy", { trust });
    expect((await makeCluster("without-policy")).message).to.include(
      "Please ensure the following policy is attached: arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
    );
  });

  it("lists access entries with the real aws command", async () => {
    await create();
    const { stdout } = await aws.aws("eks", "list-access-entries", "--cluster-name", clusterName);
    expect(JSON.parse(stdout)).to.deep.equal({ accessEntries: [principalArn] });
    const { accessEntries } = await aws.clients().eks.send(new ListAccessEntriesCommand({ clusterName }));
    expect(accessEntries).to.deep.equal([principalArn]);
  });

  it("deletes a cluster with its entries, its security group and the rules in that, and makes another of its name", async () => {
    const { ec2, eks } = aws.clients("ap-northeast-2");
    const name = "trocco-kr-production";
    const group = async () => {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
      return cluster?.resourcesVpcConfig?.clusterSecurityGroupId ?? "";
    };
    const { cluster: old } = await eks.send(new DescribeClusterCommand({ name }));
    await eks.send(new CreateAccessEntryCommand({ clusterName: name, principalArn }));
    const GroupIds = [await group()];
    await eks.send(new DeleteClusterCommand({ name }));
    expect((await refusal(eks.send(new DescribeClusterCommand({ name })))).code).to.equal(
      "ResourceNotFoundException",
    );
    expect((await refusal(ec2.send(new DescribeSecurityGroupsCommand({ GroupIds })))).code).to.equal(
      "InvalidGroup.NotFound",
    );

    const { subnetIds } = old?.resourcesVpcConfig ?? {};
    const { roleArn, version } = old ?? {};
    await eks.send(new CreateClusterCommand({ name, roleArn, version, resourcesVpcConfig: { subnetIds } }));
    expect([await group()]).to.not.deep.equal(GroupIds);
    const { accessEntries } = await eks.send(new ListAccessEntriesCommand({ clusterName: name }));
    expect(accessEntries).to.deep.equal([]);
  });
});
