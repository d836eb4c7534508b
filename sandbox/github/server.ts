import { join } from "node:path";
import { serve, type ServerType } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import { ensureAct } from "../toolchain/act";
import { actExecutor } from "./actions/act/executor";
import type { Executor } from "./actions/executor";
import type { MachineEnvironment } from "./actions/machines";
import type { Permissions } from "./actions/permissions";
import type { RunnerHost } from "./actions/runners";
import { personLogin } from "../environment";
import { gitHubApp } from "./app";
import { startClock, type Clock } from "./clock";
import type { GitTraffic } from "./gitHttp";
import { Repository } from "./repository";
import { Service } from "./service";
import { Store, type Token } from "./store";

/** How to start the service. */
export interface GitHubOptions {
  /** Keeps `<owner>/<name>.git` and the state; what is there already is served again. */
  directory: string;
  /** 0 takes any free one. */
  port: number;
  /** Accepted with the scopes `repo` and `workflow`, unless the state already says otherwise. */
  token: string;
  /** An app that is installed on every repository. */
  app?: { id: number; slug: string; token: string; permissions: Permissions };
  /** @default the real time */
  clock?: Clock;
  /** What GitHub's own machines have beside Node and the system's commands. @default nothing */
  hostedMachine?: () => MachineEnvironment;
  /** Runs the steps of jobs. @default act, in host mode */
  executor?: Executor;
  /** Stands between the callers and GitHub, for tests. @default nothing */
  between?: MiddlewareHandler;
}

/** A running service. */
export interface GitHub {
  port: number;
  /** Where self-hosted runners register. */
  runners: RunnerHost;
  /** Path of the bare repository that goes or went by a name, `owner/name`. */
  repositoryPath: (fullName: string) => string;
  /** Bytes over git's protocol so far. */
  traffic: GitTraffic;
  stop(): Promise<void>;
}

/** Serves GitHub's REST API over the repositories of a folder, on 127.0.0.1. */
export async function startGitHub({
  directory,
  port,
  token,
  app,
  clock = startClock(),
  between,
  hostedMachine = () => ({}),
  executor = actExecutor(() => ensureAct(console.error), join(directory, ".state", "stand-ins")),
}: GitHubOptions): Promise<GitHub> {
  const store = new Store(directory);
  await store.change(({ tokens }) => {
    tokens[token] ??= { login: personLogin, scopes: ["repo", "workflow"], role: "admin" };
    if (app) tokens[app.token] ??= installationToken(app);
  });
  const service = new Service(directory, store, clock, executor, hostedMachine);
  const server = await listen(gitHubApp(service, between).fetch, port);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The GitHub service has no port");
  service.origin = `http://127.0.0.1:${address.port}`;
  await service.actions.scheduler.resume();
  return {
    port: address.port,
    runners: service.actions.machines,
    repositoryPath: (fullName) =>
      Repository.named(directory, store.read().renamed?.[fullName] ?? fullName).path,
    traffic: service.traffic,
    stop: async () => {
      service.stop();
      await service.hooks.idle();
      await close(server);
    },
  };
}

/** It has no scopes but permissions; those of an app that may not write workflows lack the scope too. */
function installationToken({ id, slug, permissions }: NonNullable<GitHubOptions["app"]>): Token {
  const scopes = permissions.workflows === "write" ? ["repo", "workflow"] : ["repo"];
  return { login: `${slug}[bot]`, scopes, role: "write", app: { id, permissions } };
}

function listen(fetch: Parameters<typeof serve>[0]["fetch"], port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, () => {
      resolve(server);
    });
    server.once("error", reject);
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
