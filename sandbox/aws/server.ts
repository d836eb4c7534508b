import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { readSnapshot } from "../judge/readSnapshot";
import type { Snapshot } from "../judge/snapshot";
import { accountId } from "../world";
import { Projects } from "./codebuild/projects";
import { codeBuildService } from "./codebuild/service";
import { Connections } from "./codeconnections/connections";
import { connectionsService } from "./codeconnections/service";
import { awsCommandFolder, RunningBuilds, type OpenBuild } from "./eks/buildAccess";
import { Clusters } from "./eks/clusters";
import { ControlPlanes, type SeedCluster } from "./eks/controlPlanes";
import { eksService } from "./eks/service";
import { Endpoint } from "./endpoint";
import { IamHistory } from "./iam/history";
import { RoleSessions } from "./iam/sessions";
import { startMoto } from "./moto";
import { RequestLog } from "./requestLog";

/** How the local AWS is started. */
export interface AwsOptions {
  /** Folder for all state; made when it is not there. */
  directory: string;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** Python of a virtual environment that has `moto[server]`. */
  python: string;
  /** Seconds until other services see a policy that was written to IAM; roles take half of it. @default 6 */
  policyLagSeconds?: number;
  /** Fills a cluster after each of its starts. @default it stays as it is */
  seedCluster?: SeedCluster;
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
  const { directory, port, python, policyLagSeconds = 6 } = options;
  mkdirSync(directory, { recursive: true });
  const moto = await startMoto({ directory, python });
  const iamHistory = new IamHistory(directory, moto.iam(), policyLagSeconds);
  // Were the process killed between a write to IAM and its picture, the picture is taken here.
  await iamHistory.record();
  const connections = new Connections(directory, accountId);
  const account = {
    accountId,
    ec2: (region: string) => moto.ec2(region),
    visibleRole: (arn: string) => iamHistory.visibleRole(arn),
    connection: (arn: string) => connections.find(arn),
  };
  const clusters = new Clusters(directory);
  const sessions = new RoleSessions(moto.sts());
  let address = "";
  const controlPlanes = new ControlPlanes({
    ...account,
    directory: join(directory, "clusters"),
    clusters,
    sessions,
    endpoint: () => address,
    seed: options.seedCluster ?? (() => Promise.resolve()),
  });
  const builds = new RunningBuilds({
    ...account,
    sessions,
    cluster: (region, name) => controlPlanes.of(region, name),
    snapshot: unlessWritten(
      () => endpoint.writes,
      (region) => readSnapshot(region, moto.ec2(region), Object.values(clusters.in(region).clusters)),
    ),
    endpoint: () => address,
    bin: await awsCommandFolder(join(directory, "bin"), join(dirname(python), "aws")),
  });
  const log = new RequestLog(directory);
  const endpoint: Endpoint = new Endpoint({
    moto,
    services: {
      codebuild: codeBuildService({ ...account, projects: new Projects(directory) }),
      codeconnections: connectionsService(connections),
      "codestar-connections": connectionsService(connections),
      eks: eksService({
        ...account,
        clusters,
        clusterAddress: (session, region, name) => builds.clusterAddress(session, region, name),
      }),
    },
    iamHistory,
    sessions,
    log,
  });
  const app = new Hono()
    .get(consolePaths.unknownRoutes, (context) => context.json(log.unknownRoutes))
    .post(consolePaths.approveConnection, async (context) => {
      const { connectionArn } = await context.req.json<{ connectionArn: string }>();
      return context.json(connections.approve(connectionArn));
    })
    .post(consolePaths.adminKubeconfig, async (context) => {
      const { region, clusterName } = await context.req.json<{ region: string; clusterName: string }>();
      return context.json({ path: await controlPlanes.of(region, clusterName).adminKubeconfig() });
    })
    .onError((error, context) => context.json({ message: error.message }, 500))
    .all("*", (context) => endpoint.handle(context.req.raw));
  const server = await listen(app, port).catch(async (error: unknown) => {
    await moto.stop();
    throw error;
  });
  address = `http://127.0.0.1:${String(server.port)}`;
  return {
    port: server.port,
    unknownRoutes: log.unknownRoutes,
    openBuild: (identity) => builds.open(identity),
    adminKubeconfig: (region, clusterName) => controlPlanes.of(region, clusterName).adminKubeconfig(),
    stop: async () => {
      await server.stop();
      await controlPlanes.stop();
      await moto.stop();
    },
  };
}

/** Reads a region anew only when something has been written since: every write comes through the endpoint. */
function unlessWritten(
  writes: () => number,
  read: (region: string) => Promise<Snapshot>,
): (region: string) => Promise<Snapshot> {
  const latest = new Map<string, { writes: number; snapshot: Promise<Snapshot> }>();
  return (region) => {
    const known = latest.get(region);
    if (known?.writes === writes()) return known.snapshot;
    const snapshot = read(region);
    latest.set(region, { writes: writes(), snapshot });
    // What failed is read again by the next one.
    snapshot.catch(() => latest.delete(region));
    return snapshot;
  };
}

/** What a person does or sees in the AWS console, and no API does. Not signed. */
export const consolePaths = {
  /** POST `{connectionArn}`: the handshake with GitHub; makes the connection where there is none. */
  approveConnection: "/-/console/approve-connection",
  /** POST `{region, clusterName}`: gives `{path}` of the administrator's kubeconfig, as `cluster-admin` of a company has. */
  adminKubeconfig: "/-/console/admin-kubeconfig",
  /** GET: what was asked of the sandbox and is not there. */
  unknownRoutes: "/-/console/unknown-routes",
};

function listen(app: Hono, port: number): Promise<{ port: number; stop(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
    server.once("error", reject);
    server.once("listening", () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        stop: async () => {
          await new Promise((closed) => {
            server.close(closed);
            if ("closeAllConnections" in server) server.closeAllConnections();
          });
        },
      });
    });
  });
}
