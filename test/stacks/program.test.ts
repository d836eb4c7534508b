import { expect } from "chai";
import { before, describe, it } from "mocha";
import { parse } from "yaml";
import { namesOf, only, requestFor } from "../pulumiMocks";
import { runProgram } from "./runProgram";
import { configs, mockWorld, regions } from "./world";

const deployed = {
  "organization/eks-dryrun-runner/kr-production": { runnerLabel: "x" },
  "organization/eks-dryrun-runner/in-production": { runnerLabel: "y" },
};

/** Runs a stack in a region as it should be, or as `change` makes it. */
async function up(
  stack: string,
  options: {
    config?: Record<string, string>;
    region?: (region: ReturnType<(typeof regions)[string]>) => void;
    stackOutputs?: Record<string, Record<string, unknown>>;
    edit?: Parameters<typeof runProgram>[3];
  } = {},
) {
  const region = regions[stack]!();
  options.region?.(region);
  const world = mockWorld(region, options.stackOutputs ?? deployed);
  return runProgram(stack, { ...configs[stack], ...options.config }, world, options.edit);
}

const own = (name: string) => `eks-dryrun-runner:${name}`;
type Inputs = Record<string, never>;

/** The message of the error that stops a run, and proof that nothing was registered before. */
function refusal({ error, registered }: Awaited<ReturnType<typeof runProgram>>): string {
  if (!error) throw new Error("the program ran, expected it to refuse");
  expect(registered.filter(({ type }) => !type.startsWith("pulumi:"))).to.deep.equal([]);
  return error.message;
}

/** The parsed workflow that a run of the home stack commits. */
function workflowOf(run: Awaited<ReturnType<typeof up>>) {
  const file = run.registered.find(({ inputs }) => inputs.file === ".github/workflows/k8s-dryrun.yml");
  return parse(file?.inputs.content as string) as { jobs: Record<string, unknown> };
}

const projects: Record<string, string> = {
  "ja-production": "kubectl-to-trocco-production",
  "kr-production": "kubectl-to-trocco-kr-production",
  "in-production": "kubectl-to-trocco-in-production",
};

for (const stack of Object.keys(projects)) {
  describe(`the stack ${stack}`, () => {
    const { region } = regions[stack]!();
    let run: Awaited<ReturnType<typeof up>>;
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
        expect(request.errorHooks, type).to.deep.equal([`${stack}-authorization-lag`]);
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

describe("the home stack", () => {
  it("commits what is used before what uses it, the workflow last, and never overwrites", async () => {
    const { registered, outputs } = await up("ja-production");
    const files = registered.filter(({ type }) => type === "github:index/repositoryFile:RepositoryFile");
    expect(files.map(({ inputs }) => inputs.file).at(-1)).to.equal(".github/workflows/k8s-dryrun.yml");
    expect(files.map(({ inputs }) => inputs.file)).to.include(".github/actions/k8s_dryrun/action.yml");
    for (const { inputs, provider } of files) {
      expect(inputs).to.include({ repository: "kubernetes-manifests", overwriteOnCreate: false });
      expect(provider).to.include("pulumi:providers:github::github-example-org");
    }
    expect(outputs.workflowUrl).to.equal(
      "https://github.com/example-org/kubernetes-manifests/blob/HEAD/.github/workflows/k8s-dryrun.yml",
    );
    expect(outputs.workflowCommit).to.match(/^commit of /);
  });

  it("gives the GitHub provider the repository's owner and lets it try a moved branch again", async () => {
    const { registered } = await up("ja-production");
    const { inputs } = only(registered, "pulumi:providers:github");
    expect(inputs.owner).to.equal("example-org");
    expect(JSON.parse(String((inputs as Inputs).retryableErrors))).to.include(409);
  });

  it("keeps the token and the address in the environment out of the state", async () => {
    const kept = { ...process.env };
    process.env.GITHUB_TOKEN = "canary-not-a-token";
    process.env.GITHUB_BASE_URL = "https://canary.example.com/";
    try {
      const { registered } = await up("ja-production");
      expect(only(registered, "pulumi:providers:github").inputs).to.not.have.any.keys("token", "baseUrl");
    } finally {
      process.env = kept;
    }
  });

  it("writes a job for each region that is deployed, and none for one that is not", async () => {
    const all = workflowOf(await up("ja-production"));
    expect(Object.keys(all.jobs)).to.include.members([
      "changes",
      "dryrun-ja-production",
      "dryrun-in-production",
      "dryrun-kr-production",
    ]);
    const partial = await up("ja-production", {
      stackOutputs: { ...deployed, "organization/eks-dryrun-runner/kr-production": {} },
    });
    expect(Object.keys(workflowOf(partial).jobs)).to.not.include("dryrun-kr-production");
    expect(Object.keys(workflowOf(partial).jobs)).to.include("dryrun-in-production");
  });

  it("commits the same bytes on every run", async () => {
    const contents = async () => (await up("ja-production")).registered.map(({ inputs }) => inputs.content);
    expect(await contents()).to.deep.equal(await contents());
  });
});

describe("the registry", () => {
  it("takes a new environment with one entry and one stack file", async () => {
    const add: Parameters<typeof runProgram>[3] = (environments) => {
      environments.push({
        name: "sg-production",
        filter: "sg-production",
        paths: ["k8s/base/**", "k8s/sg-production/**"],
        overlay: "k8s/sg-production",
        active: true,
        runner: {
          jobName: "dryrun-sg-production",
          projectName: "kubectl-to-trocco-sg-production",
          region: "ap-northeast-2",
          clusterName: "trocco-sg-production",
          eksVersionLabel: "1_35",
          enforcement: "report",
        },
      });
    };
    const region = regions["kr-production"]!();
    const own = await runProgram("sg-production", configs["kr-production"]!, mockWorld(region), add);
    expect(own.outputs.runnerProjectName).to.equal("kubectl-to-trocco-sg-production");
    const home = await up("ja-production", {
      edit: add,
      stackOutputs: { ...deployed, "organization/eks-dryrun-runner/sg-production": { runnerLabel: "z" } },
    });
    expect(Object.keys(workflowOf(home).jobs)).to.include("dryrun-sg-production");
  });

  it("retires an environment: nothing refers to an inactive one, and its stack still comes up", async () => {
    const retire: Parameters<typeof runProgram>[3] = (environments) => {
      environments.find(({ name }) => name === "kr-production")!.active = false;
    };
    const stackOutputs = { "organization/eks-dryrun-runner/in-production": { runnerLabel: "y" } };
    const home = await up("ja-production", { edit: retire, stackOutputs });
    expect(JSON.stringify(workflowOf(home))).to.not.include("kr-production");
    const kr = await up("kr-production", { edit: retire });
    expect(kr.outputs.runnerProjectName).to.equal("kubectl-to-trocco-kr-production");
  });

  it("is refused where a project name occurs twice, before anything is looked up", async () => {
    const message = refusal(
      await up("kr-production", {
        edit: (environments) => {
          environments.find(({ name }) => name === "in-production")!.runner!.projectName =
            "kubectl-to-trocco-kr-production";
        },
      }),
    );
    expect(message).to.include("runner.projectName kubectl-to-trocco-kr-production is there twice");
  });

  it("knows no other stack", async () => {
    const world = mockWorld(regions["ja-production"]!());
    const message = refusal(await runProgram("us-production", configs["ja-production"]!, world));
    expect(message).to.include("us-production").and.to.include("ja-production");
  });
});

describe("the program, where the world does not fit,", () => {
  const refusals: [
    string,
    (region: ReturnType<(typeof regions)[string]>) => void,
    RegExp,
    Record<string, string>?,
  ][] = [
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

  it("uses one NAT gateway for all zones where there is one", async () => {
    const run = await up("in-production", { region: (region) => region.natGateways.splice(1) });
    const routes = run.registered.filter(({ type }) => type === "aws:ec2/route:Route");
    expect(routes.map(({ inputs }) => inputs.natGatewayId)).to.deep.equal(["nat-a", "nat-a"]);
  });

  it("uses a given route table and makes none of its own", async () => {
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

  it("does not take its own subnets of an earlier run for somebody else's", async () => {
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

  it("anchors the actors that may use the runner", async () => {
    const run = await up("ja-production", { config: { [own("githubActorIds")]: "[583231,9919]" } });
    const { filterGroups } = only(run.registered, "aws:codebuild/webhook:Webhook").inputs;
    expect(JSON.stringify(filterGroups)).to.include('"^(?:583231|9919)$"');
  });
});
