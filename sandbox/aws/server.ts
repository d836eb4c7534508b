import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import type { RunnerHost } from "../github/actions/runners";
import { startClock, type Clock } from "../github/clock";
import { readSnapshot } from "../judge/readSnapshot";
import { accountId } from "../world";
import { openCodeBuild } from "./codebuild/codeBuild";
import { gitHubHooks, noHooks } from "./codebuild/repositoryHooks";
import { consolePaths } from "./consolePaths";
import { Connections } from "./codeconnections/connections";
import { connectionsService } from "./codeconnections/service";
import type { OpenBuild } from "./eks/buildAccess";
import { Clusters } from "./eks/clusters";
import { eksService } from "./eks/service";
import { Endpoint } from "./endpoint";
import { IamHistory } from "./iam/history";
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
  /** The GitHub whose repositories CodeBuild hears of: its API and a token for their settings. @default none */
  github?: { url: string; token: string };
  /** Where builds register as runners. @default nobody has a job for them */
  runners?: RunnerHost;
  /** What builds are given of AWS. @default nothing */
  openBuild?: OpenBuild;
  /** Folder of the tool cache that builds see. @default none */
  toolCache?: string;
  /** The time of timeouts. @default the real time */
  clock?: Clock;
}

/** A running local AWS. */
export interface Aws {
  port: number;
  /** Requests so far that nobody could answer, as `service operation`; a test that met one has to fail. */
  unknownRoutes: readonly string[];
  stop(): Promise<void>;
}

/** Starts the local AWS with the state that its folder has. */
export async function startAws(options: AwsOptions): Promise<Aws> {
  const { directory, port, python, policyLagSeconds = 6, github } = options;
  mkdirSync(directory, { recursive: true });
  const moto = await startMoto({ directory, python });
  const iamHistory = new IamHistory(directory, moto.iam(), policyLagSeconds);
  // Were the process killed between a write to IAM and its picture, the picture is taken here.
  await iamHistory.record();
  const connections = new Connections(directory, accountId);
  const clusters = new Clusters(directory);
  const account = {
    accountId,
    ec2: (region: string) => moto.ec2(region),
    visibleRole: (arn: string) => iamHistory.visibleRole(arn),
    connection: (arn: string) => connections.find(arn),
  };
  let address = "";
  const codeBuild = openCodeBuild({
    ...account,
    directory,
    address: () => address,
    clock: options.clock ?? startClock(),
    hooks: github ? gitHubHooks(github) : noHooks,
    logs: (region) => moto.logs(region),
    snapshot: (region) => readSnapshot(region, moto.ec2(region), Object.values(clusters.in(region).clusters)),
    openBuild:
      options.openBuild ?? (() => Promise.resolve({ environment: {}, close: () => Promise.resolve() })),
    runners: options.runners ?? noJobs,
    toolCache: options.toolCache,
  });
  const log = new RequestLog(directory);
  const endpoint = new Endpoint({
    moto,
    services: {
      codebuild: codeBuild.service,
      codeconnections: connectionsService(connections),
      "codestar-connections": connectionsService(connections),
      eks: eksService({ ...account, clusters }),
    },
    iamHistory,
    log,
  });
  const app = new Hono()
    .get(consolePaths.unknownRoutes, (context) => context.json(log.unknownRoutes))
    .post(consolePaths.approveConnection, async (context) => {
      const { connectionArn } = await context.req.json<{ connectionArn: string }>();
      return context.json(connections.approve(connectionArn));
    })
    .route("/", codeBuild.routes)
    .all("*", (context) => endpoint.handle(context.req.raw));
  const aws = await listen(app, port, {
    unknownRoutes: log.unknownRoutes,
    stopBackends: async () => {
      await codeBuild.close();
      await moto.stop();
    },
  });
  address = `http://127.0.0.1:${String(aws.port)}`;
  await codeBuild.listening();
  return aws;
}

/** Where there is no GitHub, no job ever comes. */
const noJobs: RunnerHost = {
  runJob: ({ signal }) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        resolve(undefined);
      });
    }),
};

function listen(
  app: Hono,
  port: number,
  { unknownRoutes, stopBackends }: { unknownRoutes: string[]; stopBackends: () => Promise<void> },
): Promise<Aws> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
    server.once("error", (error: Error) => {
      void stopBackends().then(() => {
        reject(error);
      });
    });
    server.once("listening", () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        unknownRoutes,
        stop: async () => {
          await new Promise((closed) => {
            server.close(closed);
            if ("closeAllConnections" in server) server.closeAllConnections();
          });
          await stopBackends();
        },
      });
    });
  });
}
