import { expect } from "chai";
import { before, describe, it } from "mocha";
import { parse } from "yaml";
import { namesOf, only, requestFor } from "../pulumiMocks";
import type { ProgramRun } from "./runProgram";
import { own, runnerGroup, up } from "./up";
import { configs, regions } from "./world";

const projects: Record<string, string> = {
  "ja-production": "kubectl-to-trocco-production",
  "kr-production": "kubectl-to-trocco-kr-production",
  "in-production": "kubectl-to-trocco-in-production",
};

for (const stack of Object.keys(projects)) {
  describe(`the stack ${stack}`, () => {
    const { region } = regions[stack]!();
    let run: ProgramRun;
    before(async () => {
      run = await up(stack);
    });

    it("makes two private subnets, each with a route to a NAT gateway of its zone", () => {
      const subnets = run.registered.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
      expect(subnets.map(({ inputs }) => inputs.mapPublicIpOnLaunch)).to.deep.equal([false, false]);
      for (const subnet of subnets) {
        const zone = subnet.inputs.availabilityZone as string;
        const route = only(run.registered, "aws:ec2/route:Route", subnet.name);
        expect(route.inputs.destinationCidrBlock).to.equal("0.0.0.0/0");
        expect(route.inputs.natGatewayId).to.equal(`nat-${zone.slice(-1)}`);
        const association = only(
          run.registered,
          "aws:ec2/routeTableAssociation:RouteTableAssociation",
          subnet.name,
        );
        expect(association.inputs).to.deep.equal({
          subnetId: `${subnet.name}-id`,
          routeTableId: `${subnet.name}-id`,
        });
      }
    });

    it("lets nothing in to the runner, and HTTPS out only", () => {
      const group = only(run.registered, "aws:ec2/securityGroup:SecurityGroup");
      expect(group.inputs).to.not.have.any.keys("ingress", "egress");
      const egress = only(run.registered, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
      expect(egress.inputs).to.include({
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: "0.0.0.0/0",
      });
      const ingress = only(run.registered, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
      expect(ingress.inputs).to.include({
        securityGroupId: "sg-cluster",
        referencedSecurityGroupId: `${group.name}-id`,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      });
    });

    it("closes the VPC to the runner but for port 443 of the cluster's subnets", () => {
      const { network } = regions[stack]!();
      const { inputs } = only(run.registered, "aws:ec2/networkAcl:NetworkAcl");
      const egress = inputs.egress as { action: string; cidrBlock: string; toPort: number }[];
      expect(egress.map(({ action, cidrBlock, toPort }) => [action, cidrBlock, toPort])).to.deep.equal([
        ["allow", `${network}.16.0/20`, 443],
        ["allow", `${network}.32.0/20`, 443],
        ["deny", "10.0.0.0/8", 0],
        ["deny", "172.16.0.0/12", 0],
        ["deny", "192.168.0.0/16", 0],
        ["deny", "100.64.0.0/10", 0],
        ["allow", "0.0.0.0/0", 443],
      ]);
    });

    it("makes the CodeBuild project under the name that the workflow asks for", () => {
      const project = only(run.registered, "aws:codebuild/project:Project");
      expect(project.inputs).to.deep.include({
        name: projects[stack],
        artifacts: { type: "NO_ARTIFACTS" },
        buildTimeout: 30,
        queuedTimeout: 60,
        environment: {
          type: "LINUX_CONTAINER",
          computeType: "BUILD_GENERAL1_SMALL",
          image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
          imagePullCredentialsType: "CODEBUILD",
          privilegedMode: false,
        },
        logsConfig: {
          cloudwatchLogs: { status: "ENABLED", groupName: `/aws/codebuild/${String(projects[stack])}` },
        },
      });
      const source = project.inputs.source as Record<string, unknown>;
      expect(source.location).to.equal("https://github.com/example-org/kubernetes-manifests.git");
      expect(source.auth).to.deep.equal({
        type: "CODECONNECTIONS",
        resource: configs[stack]![own("connectionArn")],
      });
      expect(parse(source.buildspec as string)).to.have.property("version", 0.2);
      expect(run.outputs.runnerLabel).to.equal(
        `codebuild-${String(projects[stack])}-\${{ github.run_id }}-\${{ github.run_attempt }}`,
      );
    });

    it("hears of queued jobs of the one workflow, by anchored patterns", () => {
      const webhook = only(run.registered, "aws:codebuild/webhook:Webhook");
      expect(webhook.inputs).to.deep.include({
        projectName: projects[stack],
        filterGroups: [
          {
            filters: [
              { type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" },
              { type: "WORKFLOW_NAME", pattern: "^K8s Dryrun$" },
            ],
          },
        ],
      });
    });

    it("maps the runner's role to the dry-run group and gives it no access policy", () => {
      const role = only(run.registered, "aws:iam/role:Role");
      const entry = only(run.registered, "aws:eks/accessEntry:AccessEntry");
      expect(entry.inputs).to.deep.include({
        principalArn: `arn:aws:iam::123456789012:role/${role.name}-1a2b3c4`,
        kubernetesGroups: ["pr-dry-run"],
        type: "STANDARD",
      });
      expect(
        namesOf(run.registered, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"),
      ).to.deep.equal([]);
    });

    it("scopes the role to this project, cluster, log group and network", () => {
      const role = only(run.registered, "aws:iam/role:Role");
      expect(role.inputs.assumeRolePolicy).to.include(
        `arn:aws:codebuild:${region}:123456789012:project/${String(projects[stack])}`,
      );
      expect(role.inputs).to.not.have.property("name");
      const policy = only(run.registered, "aws:iam/rolePolicy:RolePolicy").inputs.policy as string;
      expect(policy).to.include(`arn:aws:eks:${region}:123456789012:cluster/`);
      expect(policy).to.include("-runner-");
      expect(JSON.parse(policy)).to.have.property("Version", "2012-10-17");
    });

    it("makes project and webhook once the role's policy is there, and tries them again while IAM lags", () => {
      for (const type of ["aws:codebuild/project:Project", "aws:codebuild/webhook:Webhook"]) {
        const request = requestFor(only(run.registered, type));
        expect(request.dependsOn.join(), type).to.include("aws:iam/rolePolicy:RolePolicy::");
        expect(request.errorHooks, type).to.deep.equal([`${stack}-authorization-lag`, "advice"]);
        expect(request.deleteBeforeReplace, type).to.equal(true);
      }
    });

    it("replaces the access entry with the role, the old one first", () => {
      const request = requestFor(only(run.registered, "aws:eks/accessEntry:AccessEntry"));
      expect(request).to.include({ deleteBeforeReplace: true, hasReplacementTrigger: true });
    });

    it("tags what it makes, and names every child after its component", () => {
      for (const { type, inputs } of run.registered.filter(({ inputs: { tags } }) => tags !== undefined)) {
        expect(inputs.tags, type).to.include({ team: "data-platform", "pulumi:stack": stack });
      }
      for (const { type, name } of run.registered.filter(({ type: token }) => token.startsWith("aws:"))) {
        expect(name, type).to.match(new RegExp(`^${stack}-`));
      }
    });

    it("parents every resource to its component", () => {
      const components = ["RunnerNetwork", "CodeBuildRunner", "ClusterAccess", "DryRunWorkflow"];
      for (const urn of run.urns.filter((one) => /\$?(aws|github):[^$]*::/.test(one))) {
        expect(urn).to.match(new RegExp(`eks-dryrun-runner:index:(${components.join("|")})\\$(aws|github):`));
      }
    });

    it("commits files only from the home stack", () => {
      const files = namesOf(run.registered, "github:index/repositoryFile:RepositoryFile");
      expect(files.length > 0).to.equal(stack === "ja-production");
    });
  });
}

describe("a region stack", () => {
  it("anchors the actors that may use the runner", async () => {
    const run = await up("ja-production", { config: { [own("githubActorIds")]: "[583231,9919]" } });
    const { filterGroups } = only(run.registered, "aws:codebuild/webhook:Webhook").inputs;
    expect(JSON.stringify(filterGroups)).to.include('"^(?:583231|9919)$"');
  });

  it("registers its runners with the repository, or where the settings say with a group of its organisation", async () => {
    const variables = async (config: Record<string, string>) => {
      const run = await up("kr-production", { config });
      const { environment } = only(run.registered, "aws:codebuild/project:Project").inputs;
      return (environment as { environmentVariables?: object[] }).environmentVariables;
    };
    expect(await variables({})).to.equal(undefined);
    expect(await variables(runnerGroup)).to.deep.equal([
      { name: "CODEBUILD_CONFIG_GITHUB_ACTIONS_ORG_REGISTRATION_NAME", value: "example-org" },
      { name: "CODEBUILD_CONFIG_GITHUB_ACTIONS_RUNNER_GROUP_ID", value: "7" },
    ]);
  });
});
