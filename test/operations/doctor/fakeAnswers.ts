import type { Role } from "@aws-sdk/client-iam";
import { awsClients, type AwsClients } from "../../../operations/doctor/awsClients";
import { Facts } from "../../../operations/doctor/facts";
import { GitHub } from "../../../operations/doctor/github";
import { gitBlob } from "../../../committed/gitBlob";
import { region as ownRegion, stack, type FakeWorld } from "./fakeWorld";

type Answer = (world: FakeWorld, input: Record<string, never>, region: string) => object | undefined;

/** What AWS answers, by the name of the operation; nothing stands for "not found". */
const answers: Record<string, Answer> = {
  GetCallerIdentity: ({ account }) => ({ Account: account }),
  BatchGetProjects: ({ project, doubles, release }, { names }, region) => {
    if (release && String(names) === release.projectName)
      return { projects: release.project ? [release.project] : [] };
    if (region === ownRegion) return { projects: project ? [project] : [] };
    return { projects: doubles.includes(region) ? [{ name: "double" }] : [] };
  },
  ListProjects: ({ project }) => ({ projects: project ? [project.name] : ["kubectl-to-elsewhere"] }),
  ListBuildsForProject: ({ builds }) => ({ ids: builds.map(({ id }) => id) }),
  BatchGetBuilds: ({ builds }) => ({ builds: [...builds] }),
  GetConnection: ({ connection }) => connection && { Connection: connection },
  GetRole: (world, { RoleName }) => {
    const found = roleNamed(world, String(RoleName));
    return found && { Role: found };
  },
  ListRolePolicies: () => ({ PolicyNames: ["runner"] }),
  GetRolePolicy: ({ policy, release }, { RoleName }) => {
    const document = release && isOf(release.role, String(RoleName)) ? release.policy : policy;
    return { PolicyDocument: encodeURIComponent(JSON.stringify(document)) };
  },
  ListAttachedRolePolicies: ({ attached }) => ({ AttachedPolicies: attached }),
  GetPolicy: () => ({ Policy: { DefaultVersionId: "v1" } }),
  GetPolicyVersion: ({ managed }, { PolicyArn }) => ({
    PolicyVersion: { Document: managed[String(PolicyArn)] },
  }),
  DescribeSubnets: ({ subnets }, { Filters }) => ({
    Subnets: subnets.filter(({ SubnetId }) => filterValues(Filters, "subnet-id").includes(SubnetId ?? "")),
  }),
  DescribeRouteTables: ({ routeTables }) => ({ RouteTables: routeTables }),
  DescribeNatGateways: ({ natGateways }) => ({ NatGateways: natGateways }),
  DescribeInternetGateways: ({ attachedGateways }) => ({
    InternetGateways: attachedGateways.map((id) => ({
      InternetGatewayId: id,
      Attachments: [{ VpcId: "vpc-1" }],
    })),
  }),
  DescribeSecurityGroups: ({ securityGroups }) => ({ SecurityGroups: securityGroups }),
  DescribeNetworkAcls: ({ networkAcls }) => ({ NetworkAcls: networkAcls }),
  DescribeVpcs: ({ vpcCidrBlocks }) => ({
    Vpcs: [{ CidrBlockAssociationSet: vpcCidrBlocks.map((CidrBlock) => ({ CidrBlock })) }],
  }),
  DescribeVpcEndpoints: ({ endpoints }) => ({ VpcEndpoints: endpoints }),
  // Interfaces are called by their addresses here.
  DescribeNetworkInterfaces: (_world, { Filters }) => ({
    NetworkInterfaces: filterValues(Filters, "network-interface-id").map((PrivateIpAddress) => ({
      PrivateIpAddress,
    })),
  }),
  DescribeVpcAttribute: ({ dns }) => ({
    EnableDnsSupport: { Value: dns },
    EnableDnsHostnames: { Value: dns },
  }),
  DescribeCluster: ({ cluster }) => cluster && { cluster },
  ListAccessEntries: ({ entries }) => ({ accessEntries: entries.map(({ principalArn }) => principalArn) }),
  DescribeAccessEntry: ({ entries }, { principalArn }) => {
    const accessEntry = entries.find((entry) => entry.principalArn === principalArn);
    return accessEntry && { accessEntry };
  },
  ListAssociatedAccessPolicies: ({ entryPolicies }) => ({
    associatedAccessPolicies: entryPolicies.map((policyArn) => ({ policyArn })),
  }),
  ListServiceQuotas: ({ quotas }) => {
    if (!quotas) throw named("UnknownOperationException", "no such service");
    return { Quotas: quotas };
  },
};

const isOf = (role: Role | undefined, name: string) => role?.RoleName === name;

/** A role of releases by its name, or else the runner's, whose name no test knows. */
function roleNamed({ role, release }: FakeWorld, name: string): Role | undefined {
  if (release?.roleNames.includes(name))
    return [release.role, release.applyRole].find((one) => isOf(one, name));
  return role;
}

function filterValues(filters: { Name: string; Values: string[] }[] | undefined, name: string): string[] {
  return filters?.find(({ Name }) => Name === name)?.Values ?? [];
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** The real clients, answered before anything is sent. */
function fakeAws(world: FakeWorld, region: string): AwsClients {
  const clients = awsClients({ region, credentials: { accessKeyId: "fake", secretAccessKey: "fake" } });
  for (const client of Object.values(clients) as AwsClients["ec2"][]) {
    client.middlewareStack.add(
      (_next, { commandName = "", clientName = "" }) =>
        (args) => {
          const operation = commandName.replace(/Command$/, "");
          const answer = answers[operation];
          if (!answer) throw new Error(`the fake AWS has no ${clientName} ${operation}`);
          if (world.denied.includes(operation)) {
            return Promise.reject(named("AccessDeniedException", "not authorized"));
          }
          return Promise.resolve(answer(world, args.input as never, region)).then((output) => {
            if (!output) throw named("ResourceNotFoundException", "not there");
            return { response: {}, output: output as never };
          });
        },
      { step: "initialize", priority: "low" },
    );
  }
  return clients;
}

/** Page of the pull request that is open in the world. */
export const proposedUrl = "https://github.com/example-org/kubernetes-manifests/pull/7";

/** GitHub's API over the world. */
function fakeGitHub({ github, denied, release }: FakeWorld): typeof fetch {
  const repository = "/repos/example-org/kubernetes-manifests";
  const routes: [RegExp, (...parts: string[]) => unknown][] = [
    [/^$/, () => ({ visibility: github.visibility })],
    [/^\/hooks$/, () => github.hooks],
    [/^\/hooks\/7\/deliveries$/, () => github.deliveries.map(listed)],
    [
      /^\/hooks\/7\/deliveries\/(\d+)$/,
      (id) => detailed(github.deliveries.find((one) => String(one.id) === id)!),
    ],
    [/^\/contents\/(.+) of proposed$/, (path) => file(github.proposed?.files[path])],
    [/^\/contents\/(.+)$/, (path) => file(github.files[path])],
    [
      /^\/pulls$/,
      () =>
        github.proposed
          ? [{ html_url: proposedUrl, head: { ref: github.proposed.branch, sha: "proposed" } }]
          : [],
    ],
    [/^\/environments\/ja-production$/, () => release?.environment],
    [
      /^\/environments\/ja-production\/deployment-branch-policies$/,
      () => release && { branch_policies: release.refs },
    ],
    [/^\/actions\/runs$/, () => ({ workflow_runs: [{ id: 1, name: "K8s Dryrun" }] })],
    [/^\/actions\/runs\/1\/jobs$/, () => ({ jobs: github.jobs })],
    [
      /^\/orgs\/example-org\/installations$/,
      () => github.installations && { installations: github.installations },
    ],
  ];
  return (address) => {
    const { pathname, searchParams } = new URL(address);
    const ref = searchParams.has("ref") ? ` of ${searchParams.get("ref")}` : "";
    const path = (pathname.startsWith(repository) ? pathname.slice(repository.length) : pathname) + ref;
    if (denied.includes("GitHub")) return Promise.resolve(json(403, { message: "Resource not accessible" }));
    const [pattern, answer] = routes.find(([route]) => route.test(path)) ?? [];
    const body = answer?.(...(pattern?.exec(path) ?? []).slice(1));
    return Promise.resolve(body === undefined ? json(404, { message: "Not Found" }) : json(200, body));
  };
}

type FakeDelivery = FakeWorld["github"]["deliveries"][number];

const listed = ({ id, statusCode }: FakeDelivery) => ({
  id,
  event: "workflow_job",
  action: "queued",
  delivered_at: "2026-01-02T00:00:00Z",
  status: statusCode === 200 ? "OK" : "Invalid HTTP Response",
  status_code: statusCode,
});

const detailed = ({ label, answer }: FakeDelivery) => ({
  request: { payload: { workflow_job: { labels: [label] } } },
  response: { payload: answer },
});

const file = (text: string | undefined) =>
  text === undefined ? undefined : { sha: gitBlob(text), content: Buffer.from(text).toString("base64") };

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

/** What doctor looks at in a world. */
export function factsOf(world: FakeWorld, settings = stack.settings): Facts {
  return new Facts({
    environment: stack.environment,
    settings,
    allowedAccountIds: ["123456789012"],
    homeSettings: () => Promise.resolve(settings),
    aws: (region) => fakeAws(world, region),
    github: new GitHub("https://api.github.com/", "fake", fakeGitHub(world)),
  });
}
