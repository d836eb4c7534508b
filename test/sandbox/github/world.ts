import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedTargetRepository } from "../../../sandbox/github/seed";
import { startGitHub, type GitHub, type GitHubOptions } from "../../../sandbox/github/server";
import { Store, type Token } from "../../../sandbox/github/store";

/** Owner, administrator of the repository, a token that may only write, and tokens that lack a scope. */
export const owner = "owner-token";
export const administrator = "administrator-token";
export const writer = "writer-token";
export const withoutWorkflow = "without-workflow-token";
export const withoutRepo = "without-repo-token";

export const repositoryPath = "/repos/example-org/kubernetes-manifests";

/** A commit, as far as the tests look into it. */
export interface Commit {
  sha: string;
  message: string;
  author: { name: string; login: string };
  committer: { name: string };
  parents: { sha: string }[];
  verification: object;
}

/** A file, a folder's entry, a ref or another thing with a sha, as far as the tests look into it. */
export interface Resource extends Commit {
  name: string;
  path: string;
  type: string;
  size: number;
  encoding: string;
  content: string;
  url: string;
  object: { sha: string };
  commit: Commit;
  files: { filename: string; additions: number }[];
  stats: { additions: number };
  tree: { path: string; sha: string }[];
  login: string;
  permissions: object;
  protected: boolean;
  enforce_admins: { enabled: boolean };
  errors: { code: string }[];
}

/** What a write to the contents API answers. */
export interface Written {
  message: string;
  content: Resource;
  commit: Commit;
}

/** What the service answered. */
export interface Answer<Body> {
  status: number;
  headers: Headers;
  text: string;
  json: Body;
}

/** How a test asks. */
export interface Ask {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A running service over a freshly seeded repository. */
export interface World {
  directory: string;
  /** Path of the bare repository. */
  repository: string;
  store: Store;
  /** The service that runs now. */
  service(): GitHub;
  ask<Body = Resource>(method: string, path: string, ask?: Ask): Promise<Answer<Body>>;
  /** Stops the service and starts it again over the same folder. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

export async function startWorld(
  options: Pick<GitHubOptions, "clock" | "executor" | "app" | "hostedMachine"> = {},
): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "github-"));
  const target = { owner: "example-org", name: "kubernetes-manifests", defaultBranch: "main" };
  const repository = await seedTargetRepository({ directory, ...target });
  const start = () => startGitHub({ directory, port: 0, token: administrator, ...options });
  let service = await start();
  const store = new Store(directory);
  await store.change(({ tokens }) => Object.assign(tokens, lesserTokens));
  return {
    directory,
    repository,
    store,
    service: () => service,
    ask: (method, path, ask) => send(`http://127.0.0.1:${service.port}${path}`, method, ask),
    restart: async () => {
      await service.stop();
      service = await start();
    },
    end: async () => {
      await service.stop();
      await rm(directory, { recursive: true });
    },
  };
}

export const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");

const lesserTokens: Record<string, Token> = {
  [owner]: { login: "example-org-owner", scopes: ["repo", "workflow", "admin:org"], role: "admin" },
  [writer]: { login: "example-org-deployer", scopes: ["repo", "workflow"], role: "write" },
  [withoutWorkflow]: { login: "example-org-bot", scopes: ["repo"], role: "admin" },
  [withoutRepo]: { login: "example-org-bot", scopes: ["workflow"], role: "admin" },
};

async function send<Body>(
  url: string,
  method: string,
  { token = administrator, body, headers }: Ask = {},
): Promise<Answer<Body>> {
  const authorization: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, {
    method,
    headers: { ...authorization, ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const json = (isJson ? JSON.parse(text) : undefined) as Body;
  return { status: response.status, headers: response.headers, text, json };
}
