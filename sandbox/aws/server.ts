import { Hono, type MiddlewareHandler } from "hono";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunnerHost } from "../github/actions/runners";
import { startClock, type Clock } from "../github/clock";
import { readUnlessWritten } from "../judge/readSnapshot";
import { accountId } from "../world";
import { openCodeBuild } from "./codebuild/codeBuild";
import { gitHubHooks, noHooks } from "./codebuild/repositoryHooks";
import { Connections } from "./codeconnections/connections";
import { connectionsService } from "./codeconnections/service";
import { consolePaths } from "./consolePaths";
import { awsCommandFolder, RunningBuilds, type OpenBuild } from "./eks/buildAccess";
import { Clusters } from "./eks/clusters";
import { ControlPlanes, type SeedCluster } from "./eks/controlPlanes";
import { eksService } from "./eks/service";
import { Endpoint } from "./endpoint";
import { IamHistory } from "./iam/history";
import { RoleSessions } from "./iam/sessions";
import { WebIdentities } from "./iam/webIdentities";
import type { Issuers } from "../openIdConnect/verify";
import { listen } from "./listen";
import { startMoto, type Moto } from "./moto";
import { RequestLog } from "./requestLog";
import { serviceQuotasService } from "./serviceQuotas/service";

/** How the local AWS is started. */
export interface AwsOptions {
  /** Folder for all state; made when it is not there. */
  directory: string;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** Python of a virtual environment that has `moto[server]`, and beside it the `aws` command. */
  python: string;
  /** A moto over the folder, which outlives this AWS. @default one of its own */
  moto?: Moto;
  /** Seconds until other services see a policy that was written to IAM; roles take half of it. @default 6 */
  policyLagSeconds?: number;
  /** The GitHub whose repositories CodeBuild hears of: its API and a token for their settings. @default none */
  github?: { url: string; token: string };
  /** Where what is public of token issuers is found. @default none is known */
  issuers?: Issuers;
  /** Where builds register as runners. @default nobody has a job for them */
  runners?: RunnerHost;
  /** What builds are given of AWS. @default credentials of their role and a way to each cluster */
  openBuild?: OpenBuild;
  /** Fills a new cluster when it is first started. @default it stays empty */
  seedCluster?: SeedCluster;
  /** Folder of the tool cache that builds see. @default none */
  toolCache?: string;
  /** The time of timeouts. @default the real time */
  clock?: Clock;
  /** Stands between the callers and AWS, for tests. @default nothing */
  between?: MiddlewareHandler;
}

/** A running local AWS. */
export interface Aws {
  port: number;
  /** Requests so far that nobody could answer, as `service operation`; a test that met one has to fail. */
  unknownRoutes: readonly string[];
  openBuild: OpenBuild;
  /** Path of a kubeconfig for the administrator of a cluster; starts the cluster. */
  adminKubeconfig(region: string, clusterName: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the local AWS with the state that its folder has. */
export async function startAws(options: AwsOptions): Promise<Aws> {
  const { directory, port, python, policyLagSeconds = 6, github } = options;
  mkdirSync(directory, { recursive: true });
  const moto = options.moto ?? (await startMoto({ directory, python }));
  const iamHistory = new IamHistory(directory, moto.iam(), policyLagSeconds);
  // Were the process killed between a write to IAM and its picture, the picture is taken here.
  await iamHistory.record();
  const connections = new Connections(directory, accountId);
  const clusters = new Clusters(directory);
  const sessions = new RoleSessions(moto.sts());
  let address = "";
  const account = {
    accountId,
    ec2: (region: string) => moto.ec2(region),
    visibleRole: (arn: string) => iamHistory.visibleRole(arn),
    connection: (arn: string) => connections.find(arn),
    clusters,
    sessions,
    address: () => address,
    snapshot: readUnlessWritten(() => endpoint.writes, {
      ec2: (region) => moto.ec2(region),
      clusters: (region) => Object.values(clusters.in(region).clusters),
    }),
  };
  const controlPlanes = new ControlPlanes({
    ...account,
    directory: join(directory, "clusters"),
    seed: options.seedCluster ?? (() => Promise.resolve()),
  });
  const runningBuilds = new RunningBuilds({
    ...account,
    cluster: (region, name) => controlPlanes.of(region, name),
    bin: await awsCommandFolder(join(directory, "bin"), join(dirname(python), "aws")),
  });
  const openBuild: OpenBuild = options.openBuild ?? ((identity) => runningBuilds.open(identity));
  const codeBuild = openCodeBuild({
    ...account,
    directory,
    clock: options.clock ?? startClock(),
    hooks: github ? gitHubHooks(github) : noHooks,
    logs: (region) => moto.logs(region),
    openBuild,
    runners: options.runners ?? noJobs,
    toolCache: options.toolCache,
    sourceHost: github,
  });
  const log = new RequestLog(directory);
  const endpoint: Endpoint = new Endpoint({
    moto,
    services: {
      codebuild: codeBuild.service,
      servicequotas: serviceQuotasService((region) => codeBuild.concurrentBuilds(region)),
      codeconnections: connectionsService(connections),
      "codestar-connections": connectionsService(connections),
      eks: eksService({
        ...account,
        clusterAddress: (session, region, name) => runningBuilds.clusterAddress(session, region, name),
        forgetControlPlane: (region, name) => controlPlanes.forget(region, name),
      }),
    },
    iamHistory,
    sessions,
    webIdentities: new WebIdentities(moto.iam(), account.visibleRole, sessions, options.issuers ?? {}),
    log,
  });
  const adminKubeconfig = (region: string, clusterName: string) =>
    controlPlanes.of(region, clusterName).adminKubeconfig();
  const app = new Hono()
    .get(consolePaths.unknownRoutes, (context) => context.json(log.unknownRoutes))
    .post(consolePaths.approveConnection, async (context) => {
      const { connectionArn } = await context.req.json<{ connectionArn: string }>();
      return context.json(connections.approve(connectionArn));
    })
    .post(consolePaths.letIamSettle, (context) => {
      iamHistory.settle();
      return context.json({});
    })
    .post(consolePaths.adminKubeconfig, async (context) => {
      const { region, clusterName } = await context.req.json<{ region: string; clusterName: string }>();
      return context.json({ path: await adminKubeconfig(region, clusterName) });
    })
    .onError((error, context) => context.json({ message: error.message }, 500))
    .route("/", codeBuild.routes)
    .use(options.between ?? straightThrough)
    .all("*", (context) => endpoint.handle(context.req.raw));
  const stopBackends = async () => {
    await codeBuild.close();
    await controlPlanes.stop();
    if (!options.moto) await moto.stop();
  };
  const server = await listen(app, port).catch(async (error: unknown) => {
    await stopBackends();
    throw error;
  });
  address = `http://127.0.0.1:${String(server.port)}`;
  await codeBuild.listening();
  return {
    port: server.port,
    unknownRoutes: log.unknownRoutes,
    openBuild,
    adminKubeconfig,
    stop: async () => {
      await server.stop();
      await stopBackends();
    },
  };
}

const straightThrough: MiddlewareHandler = (_context, next) => next();

/** Where there is no GitHub, no job ever comes. */
const noJobs: RunnerHost = {
  refusalOf: () => undefined,
  runJob: ({ signal }) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        resolve(undefined);
      });
    }),
};
