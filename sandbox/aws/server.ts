import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { accountId } from "../world";
import { Projects } from "./codebuild/projects";
import { codeBuildService } from "./codebuild/service";
import { Connections } from "./codeconnections/connections";
import { connectionsService } from "./codeconnections/service";
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
}

/** A running local AWS. */
export interface Aws {
  port: number;
  /** Requests so far that nobody could answer, as `service operation`; a test that met one has to fail. */
  unknownRoutes: readonly string[];
  stop(): Promise<void>;
}

/** Starts the local AWS with the state that its folder has. */
export async function startAws({ directory, port, python, policyLagSeconds = 6 }: AwsOptions): Promise<Aws> {
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
  const log = new RequestLog(directory);
  const endpoint = new Endpoint({
    moto,
    services: {
      codebuild: codeBuildService({ ...account, projects: new Projects(directory) }),
      codeconnections: connectionsService(connections),
      "codestar-connections": connectionsService(connections),
      eks: eksService({ ...account, clusters: new Clusters(directory) }),
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
    .all("*", (context) => endpoint.handle(context.req.raw));
  return listen(app, port, { unknownRoutes: log.unknownRoutes, stopMoto: () => moto.stop() });
}

/** What a person does or sees in the AWS console, and no API does. Not signed. */
export const consolePaths = {
  /** POST `{connectionArn}`: the handshake with GitHub; makes the connection where there is none. */
  approveConnection: "/-/console/approve-connection",
  /** GET: what was asked of the sandbox and is not there. */
  unknownRoutes: "/-/console/unknown-routes",
};

function listen(
  app: Hono,
  port: number,
  { unknownRoutes, stopMoto }: { unknownRoutes: string[]; stopMoto: () => Promise<void> },
): Promise<Aws> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
    server.once("error", (error: Error) => {
      void stopMoto().then(() => {
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
          await stopMoto();
        },
      });
    });
  });
}
