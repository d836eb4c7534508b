import { serve, type ServerType } from "@hono/node-server";
import {
  BatchGetBuildsCommand,
  CreateProjectCommand,
  CreateWebhookCommand,
  type Build,
  type CreateProjectCommandInput,
  type WebhookFilter,
} from "@aws-sdk/client-codebuild";
import {
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { Hono } from "hono";
import { createHmac, randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { JudgedJob } from "../../../sandbox/aws/codebuild/judgements";
import { consolePaths } from "../../../sandbox/aws/consolePaths";
import type { RunnerHost, RunnerOutcome, RunnerRequest } from "../../../sandbox/github/actions/runners";
import { startClock } from "../../../sandbox/github/clock";
import { accountId, connectionArn } from "../../../sandbox/world";
import {
  codeBuildTrust,
  connectionStatement,
  localAws,
  makeRole,
  networkStatement,
  statement,
  type LocalAws,
} from "./localAws";

/** A hook of the fake repository. */
export interface Hook {
  id: number;
  events: string[];
  config: { url: string; secret: string; content_type: string };
}

/** What a build's machine asked GitHub for; the test says how the job ends. */
export interface Registered {
  request: RunnerRequest;
  end: (outcome: RunnerOutcome | undefined) => void;
}

/** What a runner's role needs of the log. */
export const logStatement = {
  Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: "*",
};

export const queuedFilter: WebhookFilter = { type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" };

/** For how many milliseconds something is waited for that must come. */
export const patience = 60_000;

/** A job as GitHub tells of it. */
export interface Told {
  action?: string;
  conclusion?: string;
  id?: number;
  labels?: string[];
  workflowName?: string;
  sender?: number;
}

/** A local AWS whose CodeBuild hears of a fake GitHub. */
export async function hookedWorld() {
  const hooks = new Map<number, Hook>();
  const gitHub = await serveHooks(hooks);
  const registered: Registered[] = [];
  const runners: RunnerHost = {
    refusalOf: ({ level }) =>
      level === "repository" ? undefined : "403 Resource not accessible by integration",
    runJob: (request) =>
      new Promise((end) => {
        registered.push({ request, end });
        request.signal.addEventListener("abort", () => {
          end(undefined);
        });
      }),
  };
  const clock = startClock();
  const aws = await localAws({
    github: { url: gitHub.url, token: "token" },
    runners,
    clock,
    toolCache: "/tool-cache",
    openBuild: ({ buildId }) =>
      Promise.resolve({ environment: { OPENED_FOR: buildId }, close: () => Promise.resolve() }),
  });
  const world = {
    aws,
    hooks,
    registered,
    /** The hook that CodeBuild made for a project. */
    hookOf: (project: string) =>
      [...hooks.values()].find(({ config }) => config.url.endsWith(`/${project}`))!,
    /** Moves CodeBuild's time on. */
    pass: (minutes: number) => {
      clock.advance(minutes * 60_000);
    },
    /** Sends an event of a job as GitHub would, to every hook or to one. */
    tell: async (told: Told, only = [...hooks.values()], sign = sha256) => {
      const body = workflowJob(told);
      return Promise.all(only.map((hook) => deliver(hook, body, sign)));
    },
    judgements: async () => (await (await fetch(aws.endpoint() + consolePaths.builds)).json()) as JudgedJob[],
    setQuota: (limit: number, region = "ap-northeast-1") =>
      fetch(aws.endpoint() + consolePaths.concurrentBuilds, {
        method: "POST",
        body: JSON.stringify({ region, limit }),
      }),
    /** The build of a project's last job, once it is as wanted. */
    build: async (project: string, isWanted: (build: Build) => boolean, region?: string): Promise<Build> => {
      for (const end = Date.now() + patience; Date.now() < end;) {
        const build = await lastBuild(world, project, region);
        if (build && isWanted(build)) return build;
        await setTimeout(25);
      }
      const { buildStatus, phases } = (await lastBuild(world, project, region)) ?? {};
      throw new Error(`The last build is not as wanted: ${JSON.stringify({ buildStatus, phases })}`);
    },
    stop: async () => {
      await aws.stop();
      gitHub.stop();
    },
  };
  return world;
}
export type HookedWorld = Awaited<ReturnType<typeof hookedWorld>>;

async function lastBuild(
  { aws, judgements }: { aws: LocalAws; judgements: () => Promise<JudgedJob[]> },
  project: string,
  region?: string,
): Promise<Build | undefined> {
  const ofProject = (await judgements()).filter(
    (one) => one.project === project && (region === undefined || one.region === region),
  );
  const last = ofProject.at(-1);
  if (last?.buildId === undefined) return undefined;
  const { codebuild } = aws.clients(last.region);
  const { builds } = await codebuild.send(new BatchGetBuildsCommand({ ids: [last.buildId] }));
  return builds?.[0];
}

/** The label of a project's jobs. */
export const label = (project: string) => `codebuild-${project}-9001-1`;

const sha256 = (body: string, secret: string) =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

function workflowJob(told: Told): string {
  const { action = "queued", id = 1, labels = [label("runner")], workflowName = "K8s Dryrun" } = told;
  return JSON.stringify({
    action,
    workflow_job: {
      id,
      run_id: 9001,
      run_attempt: 1,
      name: "dry run",
      workflow_name: workflowName,
      labels,
      conclusion: told.conclusion ?? null,
    },
    repository: { full_name: "example-org/kubernetes-manifests" },
    sender: { id: told.sender ?? 1001 },
  });
}

async function deliver({ config }: Hook, body: string, sign: typeof sha256) {
  const response = await fetch(config.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "workflow_job",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": sign(body, config.secret),
    },
    body,
  });
  return { status: response.status, ...((await response.json()) as { message: string }) };
}

/** The routes of a repository's hooks. */
async function serveHooks(hooks: Map<number, Hook>): Promise<{ url: string; stop(): void }> {
  let last = 400_000_000;
  const path = "/repos/example-org/kubernetes-manifests/hooks";
  const app = new Hono()
    .post(path, async (context) => {
      const hook: Hook = { ...(await context.req.json<Hook>()), id: (last += 1) };
      hooks.set(hook.id, hook);
      return context.json(hook, 201);
    })
    .patch(`${path}/:id`, async (context) => {
      const id = Number(context.req.param("id"));
      hooks.set(id, { ...(await context.req.json<Hook>()), id });
      return context.json(hooks.get(id));
    })
    .delete(`${path}/:id`, (context) =>
      hooks.delete(Number(context.req.param("id"))) ? context.body(null, 204) : context.json({}, 404),
    );
  const server = await new Promise<ServerType>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => {
      resolve(started);
    });
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    stop: () => {
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
    },
  };
}

/** Makes a project with its webhook, role and group, in the private subnets of the region's cluster. */
export async function makeRunner(
  aws: LocalAws,
  name: string,
  {
    region = "ap-northeast-1",
    filters = [queuedFilter],
    ...changes
  }: Partial<CreateProjectCommandInput> & { region?: string; filters?: WebhookFilter[] } = {},
) {
  const clients = aws.clients(region);
  const roleName = `${region}-${name}`;
  const policy = statement(connectionStatement, networkStatement, logStatement);
  const serviceRole = await makeRole(clients, roleName, { trust: codeBuildTrust(name, region), policy });
  const vpcConfig = await privateNetwork(aws, name, region);
  await clients.codebuild.send(
    new CreateProjectCommand({
      name,
      serviceRole,
      source: {
        type: "GITHUB",
        location: "https://github.com/example-org/kubernetes-manifests.git",
        auth: { type: "CODECONNECTIONS", resource: connectionArn },
      },
      artifacts: { type: "NO_ARTIFACTS" },
      environment: {
        type: "LINUX_CONTAINER",
        image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        computeType: "BUILD_GENERAL1_SMALL",
      },
      timeoutInMinutes: 60,
      vpcConfig,
      ...changes,
    }),
  );
  await clients.codebuild.send(new CreateWebhookCommand({ projectName: name, filterGroups: [filters] }));
  return {
    ...clients,
    roleName,
    groupId: vpcConfig.securityGroupIds[0]!,
    arn: `arn:aws:codebuild:${region}:${accountId}:project/${name}`,
  };
}

async function privateNetwork(aws: LocalAws, name: string, region: string) {
  const { ec2 } = aws.clients(region);
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const vpcId = NatGateways?.[0]?.VpcId ?? "";
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
  );
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId }),
  );
  const isPrivate = ({ CidrBlock = "" }) => CidrBlock.endsWith("/20");
  const subnets = Subnets.filter(isPrivate).map(({ SubnetId }) => SubnetId ?? "");
  return { vpcId, subnets, securityGroupIds: [GroupId] };
}

/** The default route of the first private subnet, and how to put it back. */
export async function defaultRoute(aws: LocalAws) {
  const { ec2 } = aws.clients();
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
  const table = RouteTables.find(({ Routes }) => Routes?.some(({ NatGatewayId }) => NatGatewayId))!;
  const NatGatewayId = table.Routes?.find((route) => route.NatGatewayId)?.NatGatewayId;
  const route = { RouteTableId: table.RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
  return { route, putBack: () => ec2.send(new CreateRouteCommand({ ...route, NatGatewayId })) };
}
