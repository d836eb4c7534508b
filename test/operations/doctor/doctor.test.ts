import type { NetworkAclEntry } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { describe, it } from "mocha";
import { examineAll, type Result } from "../../../operations/doctor/check";
import { checksOf } from "../../../operations/doctor/checks";
import { exitCodeOf, reportText } from "../../../operations/doctor/report";
import { page } from "../../docs/markdown";
import { committedFiles } from "../../../committed/files";
import { gitBlob } from "../../../committed/gitBlob";
import { environments } from "../../../stacks/environments";
import { committedEnvironments } from "../../../stacks/committedPlan";
import { headBranch } from "../../../stacks/deliveryPlan";
import { factsOf, proposedUrl } from "./fakeAnswers";
import { allowAll, healthyWorld, roleArn, stack, type FakeWorld } from "./fakeWorld";
import { symptoms, type MutationName, type Symptom } from "./mutations";

type Change = (world: FakeWorld) => void;

const compiling = "committed-files";

/** All checks; the one that compiles the action only where it is asked for. */
async function examine(change: Change = () => undefined, { files = false } = {}): Promise<Result[]> {
  const world = healthyWorld();
  change(world);
  const facts = factsOf(world);
  const checks = checksOf(facts.subject).filter(({ name }) => files || name !== compiling);
  return examineAll(checks, facts);
}

const named = (results: Result[], name: string) => results.find((result) => result.name === name)!;
const wrong = (results: Result[]) =>
  results.filter(({ verdict }) => verdict === "wrong").map(({ name }) => name);

const workflow = ".github/workflows/k8s-dryrun.yml";
const edit =
  (change: (text: string) => string): Change =>
  ({ github }) => {
    github.files[workflow] = change(github.files[workflow]!);
  };
const setFilter =
  (type: string, pattern: string): Change =>
  ({ project }) => {
    for (const filter of project!.webhook!.filterGroups!.flat()) {
      if (filter.type === type) filter.pattern = pattern;
    }
  };
const without =
  (sid: string): Change =>
  ({ policy }) => {
    policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== sid);
  };
const clusterRules: (rules: object[]) => Change =
  (rules) =>
  ({ securityGroups }) => {
    securityGroups[1]!.IpPermissions = rules;
  };
/** Leaves only some of the rules of the runner's network ACL. */
const aclRules =
  (isKept: (entry: NetworkAclEntry) => boolean): Change =>
  ({ networkAcls }) => {
    networkAcls[0]!.Entries = networkAcls[0]!.Entries!.filter(isKept);
  };
const deny = (where: Partial<NetworkAclEntry>, From: number, To: number): NetworkAclEntry => ({
  RuleNumber: 1,
  Protocol: "6",
  CidrBlock: "0.0.0.0/0",
  RuleAction: "deny",
  PortRange: { From, To },
  ...where,
});
const runnerRule = (port: number) => ({
  IpProtocol: "tcp",
  FromPort: port,
  ToPort: port,
  UserIdGroupPairs: [{ GroupId: "sg-runner" }],
});

/** Every change but those of the guard, which need a cluster: test/sandbox/doctor.test.ts. */
const changes: Partial<Record<MutationName, Change>> = {
  "no-nat-route": ({ routeTables }) => routeTables[0]!.Routes!.pop(),
  "nat-deleted": ({ natGateways }) => {
    natGateways[0]!.State = "deleted";
  },
  "nat-without-way-out": ({ routeTables }) => routeTables[2]!.Routes!.pop(),
  "acl-without-control-plane": aclRules(
    ({ Egress, CidrBlock }) => !(Egress && /^10\.10\.(16|32)\./.test(CidrBlock ?? "")),
  ),
  "acl-without-answers": aclRules(({ Egress, CidrBlock }) => Egress === true || CidrBlock !== "0.0.0.0/0"),
  "acl-of-vpc": ({ networkAcls }) => {
    networkAcls[1]!.Associations!.push(...networkAcls[0]!.Associations!);
    networkAcls.shift();
  },
  "acl-opened": ({ networkAcls }) => networkAcls[0]!.Entries!.push(allowAll(true, 1)),
  "webhook-missing": ({ project }) => {
    delete project!.webhook;
  },
  "wrong-webhook-event": ({ project, github }) => {
    github.hooks[0]!.events = ["push"];
    project!.webhook!.filterGroups = [
      [
        { type: "EVENT", pattern: "PUSH" },
        { type: "ACTOR_ACCOUNT_ID", pattern: "^(?:583231)$" },
      ],
    ];
  },
  "wrong-workflow-filter": setFilter("WORKFLOW_NAME", "^Other$"),
  "wrong-actor-filter": setFilter("ACTOR_ACCOUNT_ID", "^(?:1)$"),
  "unanchored-actor-filter": setFilter("ACTOR_ACCOUNT_ID", "583231"),
  "github-hook-deleted": ({ github }) => github.hooks.pop(),
  "other-project-name": (world) => {
    delete world.project;
  },
  "missing-egress": ({ securityGroups }) => securityGroups[0]!.IpPermissionsEgress!.pop(),
  "ingress-rule-missing": clusterRules([]),
  "rule-on-wrong-group": (world) => {
    clusterRules([])(world);
    world.securityGroups[3]!.IpPermissions = [runnerRule(443)];
  },
  "ingress-rule-wrong-port": clusterRules([runnerRule(8443)]),
  "public-endpoint-only": ({ cluster }) => {
    cluster!.resourcesVpcConfig!.endpointPrivateAccess = false;
  },
  "entry-missing": ({ entries }) => entries.pop(),
  "entry-for-another-role": ({ entries }) => {
    entries[0]!.principalArn = `${roleArn}-old`;
  },
  "role-recreated": ({ role }) => {
    role!.CreateDate = new Date("2026-02-01T00:00:00Z");
  },
  "entry-in-wrong-group": ({ entries }) => {
    entries[0]!.kubernetesGroups = ["developers"];
  },
  "missing-describe-cluster-permission": without("FindCluster"),
  "missing-network-interface-permission": without("HandNetworkInterfaceToCodeBuild"),
  "missing-logs-permission": without("WriteBuildLog"),
  "missing-connection-permission": without("UseGitHubConnection"),
  "connection-not-available": ({ connection }) => {
    connection!.ConnectionStatus = "PENDING";
  },
  "role-trust-wrong": ({ role }) => {
    role!.AssumeRolePolicyDocument = role!.AssumeRolePolicyDocument!.replace(
      "codebuild.amazonaws",
      "ec2.amazonaws",
    );
  },
  "label-mismatch": edit((text) => text.replaceAll('"1_35"', '"1_34"')),
  "wrong-region": edit((text) => text.replaceAll("ap-northeast-1", "us-east-1")),
  "workflow-edited": edit((text) =>
    text.replace("codebuild-kubectl-to-trocco-production-", "codebuild-other-"),
  ),
  "action-missing": ({ github }) => {
    delete github.files[".github/actions/k8s_dryrun/main.cjs"];
  },
  "quota-zero": ({ quotas }) => {
    quotas![0]!.Value = 0;
  },
};

describe("doctor", () => {
  it("finds a world as the program makes it all right", async () => {
    const results = await examine(undefined, { files: true });
    const others = results.filter(({ verdict }) => verdict !== "ok");
    expect(others.map(({ name, verdict }) => ({ name, verdict }))).to.deep.equal([
      { name: "connection-repositories", verdict: "warning" },
    ]);
    expect(exitCodeOf(results)).to.equal(0);
  });

  for (const [mutation, change] of Object.entries(changes)) {
    const { checks, says }: Symptom = symptoms[mutation as MutationName];
    it(`names ${mutation} by ${checks.join(" and ")}, and by nothing else`, async () => {
      const results = await examine(change, { files: checks.includes(compiling) });
      expect(wrong(results)).to.have.members(checks);
      expect(named(results, checks[0]!).says).to.match(says);
      expect(named(results, checks[0]!).mend).to.match(/\S/);
      expect(exitCodeOf(results)).to.equal(1);
    });
  }

  it("has all changes of the list but those of the guard here", () => {
    const guards = ["guard-absent", "guard-unbound", "guard-without-rights"];
    expect(Object.keys(symptoms)).to.have.members([...Object.keys(changes), ...guards]);
  });

  it("has a line for every check in docs/operations.md", () => {
    const { text } = page("docs/operations.md");
    for (const { name } of checksOf(factsOf(healthyWorld()).subject))
      expect(text, name).to.include(`| \`${name}\``);
    expect(text).to.include("| `guard-proof`");
  });
});

describe("doctor, where it may not look", () => {
  it("says which permission it needs, and goes on with the rest", async () => {
    const results = await examine(({ denied }) => denied.push("DescribeSubnets"));
    expect(named(results, "subnets")).to.include({
      verdict: "unknown",
      says: "needs permission ec2:DescribeSubnets",
    });
    expect(named(results, "route").verdict).to.equal("ok");
    expect(exitCodeOf(results)).to.equal(2);
  });

  it("calls what depends on a missing project unknown, and not wrong", async () => {
    const results = await examine(changes["other-project-name"]);
    expect(wrong(results)).to.deep.equal(["project"]);
    expect(named(results, "egress").says).to.equal(
      "cannot be told without the CodeBuild project kubectl-to-trocco-production",
    );
  });

  it("asks for a GitHub token where it has none, and for one that may see webhooks", async () => {
    const refused = await examine(({ denied }) => denied.push("GitHub"), { files: true });
    expect(named(refused, "github-hook").says).to.match(/^needs permission Webhooks: read/);
    expect(named(refused, "committed-files").verdict).to.equal("unknown");
    expect(wrong(refused)).to.deep.equal([]);
  });

  it("reads the workflow of a runner group as the other, and misses the group in a project without it", async () => {
    const group = { id: 7, name: "k8s-dryrun", branch: "main" };
    const world = healthyWorld();
    const { fullName } = stack.settings.targetRepository;
    const all = new Set(environments.map(({ name }) => name));
    const files = committedFiles(committedEnvironments(environments, all), {
      runnerGroup: { ...group, repository: fullName },
    });
    world.github.files = Object.fromEntries(files.map(({ path, content }) => [path, content]));
    const facts = factsOf(world, { ...stack.settings, runnerGroup: group });
    const results = await examineAll(checksOf(facts.subject), facts);
    expect(wrong(results)).to.deep.equal(["project-settings"]);
    expect(named(results, "project-settings").says).to.include("runner group is not set, expected 7");
  });

  describe("where people merge what the home stack proposes", () => {
    const settings = { ...stack.settings, delivery: "pullRequest" as const };
    const filesOf = async (change: Change) => {
      const world = healthyWorld();
      change(world);
      const facts = factsOf(world, settings);
      const checks = checksOf(facts.subject).filter(({ name }) => name === compiling);
      return named(await examineAll(checks, facts), compiling);
    };
    const proposing =
      (proposed: Record<string, string>): Change =>
      ({ github }) => {
        const files = { ...github.files };
        github.files = Object.fromEntries(
          Object.entries(files).map(([path, text]) => [path, path === workflow ? `${text}# older\n` : text]),
        );
        const blobs = new Map(Object.entries(github.files).map(([path, text]) => [path, gitBlob(text)]));
        const branch = headBranch(
          Object.entries(files).map(([path, content]) => ({ path, content })),
          blobs,
        );
        github.proposed = { branch, files: { ...files, ...proposed } };
      };

    it("names the pull request that has to be merged", async () => {
      const finding = await filesOf(proposing({}));
      expect(finding).to.deep.equal({
        name: compiling,
        lookedAt: finding.lookedAt,
        verdict: "wrong",
        says: `${workflow} is not merged yet`,
        mend: `# merge ${proposedUrl}`,
      });
    });

    it("sends to the home stack where the pull request does not have the files either", async () => {
      const finding = await filesOf(proposing({ [workflow]: "older still" }));
      expect(finding.says).to.equal(`${workflow} is not what the program writes`);
      expect(finding.mend).to.match(/^pulumi up /);
    });

    it("sends to the home stack where nothing is proposed", async () => {
      const program = ".github/actions/k8s_dryrun/main.cjs";
      const finding = await filesOf(({ github }) => delete github.files[program]);
      expect(finding.says).to.equal(`${program} is not there`);
      expect(finding.mend).to.match(/^pulumi up /);
    });
  });

  it("tells the quota by builds that ran, and by jobs that CodeBuild refused, where it may not read it", async () => {
    const ran = await examine((world) => {
      delete world.quotas;
      world.builds = [
        {
          id: "p:1",
          buildStatus: "SUCCEEDED",
          startTime: new Date(0),
          phases: [{ phaseType: "PROVISIONING", phaseStatus: "SUCCEEDED" }],
        },
      ];
    });
    expect(named(ran, "concurrent-builds").verdict).to.equal("ok");
    const refused = await examine((world) => {
      delete world.quotas;
      const answer = "Cannot have more than 0 builds in queue for the account";
      Object.assign(world.github.deliveries[0]!, { statusCode: 400, answer });
    });
    expect(named(refused, "concurrent-builds").verdict).to.equal("wrong");
    expect(named(refused, "github-deliveries").says).to.include("Cannot have more than 0 builds");
    const nothing = await examine((world) => {
      delete world.quotas;
    });
    expect(named(nothing, "concurrent-builds").verdict).to.equal("unknown");
  });
});

describe("doctor's other checks", () => {
  const cases: [string, string, RegExp, Change][] = [
    ["credentials of another account", "account", /account 999/, (world) => (world.account = "999999999999")],
    [
      "a second project of the name",
      "project-name",
      /in ap-south-1/,
      ({ doubles }) => doubles.push("ap-south-1"),
    ],
    [
      "another compute type",
      "project-settings",
      /compute type/,
      ({ project }) => (project!.environment!.computeType = "BUILD_GENERAL1_LARGE"),
    ],
    [
      "a limit that drops builds",
      "project-settings",
      /limit of concurrent builds is 1/,
      ({ project }) => (project!.concurrentBuildLimit = 1),
    ],
    [
      "a buildspec out of a branch",
      "project-settings",
      /buildspec is a file/,
      ({ project }) => (project!.source!.buildspec = "ci/buildspec.yml"),
    ],
    [
      "a second group of filters",
      "webhook",
      /more than one group/,
      ({ project }) => project!.webhook!.filterGroups!.push([]),
    ],
    [
      "a hook that is switched off",
      "github-hook",
      /not active/,
      ({ github }) => (github.hooks[0]!.active = false),
    ],
    [
      "a hook of another event",
      "github-hook",
      /sends push, expected workflow_job/,
      ({ github }) => (github.hooks[0]!.events = ["push"]),
    ],
    ["a public repository", "github-repository", /is public/, ({ github }) => (github.visibility = "public")],
    [
      "a boundary that nobody set",
      "role",
      /permissions boundary/,
      ({ role }) => (role!.PermissionsBoundary = { PermissionsBoundaryArn: "arn:aws:iam::aws:policy/x" }),
    ],
    [
      "subnets without free addresses",
      "subnets",
      /no free address/,
      ({ subnets }) => (subnets[0]!.AvailableIpAddressCount = 0),
    ],
    [
      "a private NAT gateway",
      "nat-gateway",
      /is private/,
      ({ natGateways }) => (natGateways[0]!.ConnectivityType = "private"),
    ],
    [
      "a detached internet gateway",
      "nat-way-out",
      /not attached/,
      ({ attachedGateways }) => attachedGateways.pop(),
    ],
    [
      "a control plane whose own network ACL keeps the runner out",
      "network-acl",
      /acl-vpc of subnet-private-a does not let all tcp 443 in from the runner \(10\.10\.96\.0\/27\)/,
      ({ networkAcls }) => networkAcls[1]!.Entries!.unshift(deny({ Egress: false }, 443, 443)),
    ],
    [
      "a network ACL of the control plane that keeps some answers back",
      "network-acl",
      /acl-vpc of subnet-private-a does not let all answers \(tcp 1024-65535\) out to the runner/,
      ({ networkAcls }) => networkAcls[1]!.Entries!.unshift(deny({ Egress: true }, 3000, 3001)),
    ],
    [
      "a NAT gateway whose own network ACL keeps half of a runner's subnet out",
      "network-acl",
      /acl-nat of subnet-public does not let all tcp 443 in from the runner \(10\.10\.96\.0\/27\)/,
      ({ networkAcls }) => {
        networkAcls[1]!.Associations!.pop();
        networkAcls.push({
          NetworkAclId: "acl-nat",
          Associations: [{ SubnetId: "subnet-public" }],
          Entries: [
            deny({ Egress: false, CidrBlock: "10.10.96.16/28" }, 443, 443),
            ...[true, false].map((Egress) => allowAll(Egress)),
          ],
        });
      },
    ],
    [
      "an interface endpoint to which runners are led and do not come",
      "network-acl",
      /does not let all tcp 443 out to the interface endpoint for logs \(10\.10\.48\.7\/32\)/,
      ({ endpoints }) =>
        endpoints.push({
          ServiceName: "com.amazonaws.ap-northeast-1.logs",
          PrivateDnsEnabled: true,
          NetworkInterfaceIds: ["10.10.48.7"],
        }),
    ],
    [
      "a network ACL that opens one port of one address of another network",
      "private-networks",
      /lets out tcp 5432 to 172\.16\.7\.9, which is neither/,
      ({ networkAcls }) =>
        networkAcls[0]!.Entries!.unshift({
          ...deny({ Egress: true, CidrBlock: "172.16.7.9/32" }, 5432, 5432),
          RuleAction: "allow",
        }),
    ],
    [
      "a range that the VPC got since",
      "private-networks",
      /lets out tcp 443 to 198\.51\.100\.0, which is neither/,
      ({ vpcCidrBlocks }) => vpcCidrBlocks.push("198.51.100.0/24"),
    ],
    [
      "a subnet that the cluster got since",
      "network-acl",
      /acl-runner of subnet-a does not let all tcp 443 out to the control plane \(10\.10\.64\.0\/20\)/,
      ({ subnets, networkAcls, cluster }) => {
        subnets.push({ SubnetId: "subnet-new", VpcId: "vpc-1", CidrBlock: "10.10.64.0/20" });
        networkAcls[1]!.Associations!.push({ SubnetId: "subnet-new" });
        cluster!.resourcesVpcConfig!.subnetIds!.push("subnet-new");
      },
    ],
    [
      "a cluster that is not active",
      "cluster",
      /is UPDATING/,
      ({ cluster }) => (cluster!.status = "UPDATING"),
    ],
    [
      "aws-auth alone",
      "authentication-mode",
      /CONFIG_MAP, expected/,
      ({ cluster }) => (cluster!.accessConfig!.authenticationMode = "CONFIG_MAP"),
    ],
    [
      "a runner in another VPC",
      "vpc",
      /runner is in vpc-1, the cluster in vpc-2/,
      ({ cluster }) => (cluster!.resourcesVpcConfig!.vpcId = "vpc-2"),
    ],
    ["DNS that is off", "vpc", /enable-dns-support off/, (world) => (world.dns = false)],
    [
      "an access policy",
      "access-entry-group",
      /which the guard does not hold/,
      ({ entryPolicies }) => entryPolicies.push("arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"),
    ],
  ];
  for (const [what, name, says, change] of cases) {
    it(`finds ${what}`, async () => {
      const result = named(await examine(change), name);
      expect(result.verdict).to.equal("wrong");
      expect(result.says).to.match(says);
    });
  }

  it("takes a rule on an additional group of the cluster, and one for the subnets' ranges", async () => {
    const additional = await examine((world) => {
      clusterRules([])(world);
      world.securityGroups[2]!.IpPermissions = [runnerRule(443)];
    });
    expect(named(additional, "ingress-rule").verdict).to.equal("ok");
    const ranges = await examine(
      clusterRules([{ IpProtocol: "-1", IpRanges: [{ CidrIp: "10.10.0.0/16" }] }]),
    );
    expect(named(ranges, "ingress-rule").verdict).to.equal("ok");
  });

  it("warns of policies that the program did not make, and of a build that failed", async () => {
    const results = await examine((world) => {
      world.attached = [
        { PolicyName: "AdministratorAccess", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      ];
      world.managed = { "arn:aws:iam::aws:policy/AdministratorAccess": '{"Statement":[]}' };
      world.builds = [
        {
          id: "p:1",
          buildStatus: "FAILED",
          phases: [
            { phaseType: "PROVISIONING", phaseStatus: "FAILED", contexts: [{ message: "no free address" }] },
          ],
        },
      ];
    });
    expect(named(results, "role")).to.include({ verdict: "warning" });
    expect(named(results, "recent-builds").says).to.match(/FAILED in PROVISIONING: no free address$/);
    expect(exitCodeOf(results)).to.equal(0);
  });

  it("knows nothing of a guard behind which no dry run has succeeded", async () => {
    const none = await examine(({ github }) => github.jobs.pop());
    expect(named(none, "guard")).to.include({ verdict: "unknown" });
    const failed = await examine(({ github }) => (github.jobs[0]!.conclusion = "failure"));
    expect(named(failed, "guard").says).to.match(/ended in failure/);
  });
});

describe("doctor's report", () => {
  it("has a line a check, with the command where something is wrong, and says how it ends", async () => {
    const text = reportText(stack.environment, await examine(changes["no-nat-route"]));
    expect(text).to.match(/^ja-production: project kubectl-to-trocco-production/);
    expect(text).to.match(/WRONG\S* +route +rtb-a of subnet-a has no route/);
    expect(text).to.match(/mend it: +pulumi up --refresh --stack ja-production/);
    expect(text).to.match(/Something is wrong/);
  });

  it("says where it is all right that the environment only reports", async () => {
    expect(reportText(stack.environment, await examine())).to.match(
      /All right\. ja-production only reports so far/,
    );
  });
});
