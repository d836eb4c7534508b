import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { Hono, type Context } from "hono";
import { protectionKey, protectedBecause, tagProtectedBecause } from "./protection";
import { Repository } from "./repository";
import type { State, Token } from "./store";

/** Bytes over git's protocol since the service started. */
export interface GitTraffic {
  /** From the service, packs and all. */
  sent: number;
  received: number;
}

/** What git over HTTP needs of the service. */
export interface GitWorld {
  directory: string;
  traffic: GitTraffic;
  state(): State;
  /** Whose token it is. */
  identify(token: string): Token | undefined;
  /** Somebody pushes. @returns what is to be called when it is done */
  begin(repository: Repository, login: string): Promise<() => Promise<void>>;
}

/**
 * Settings of the server side that GitHub has: partial clones, fetching a commit by its sha, and no writing of
 * pull requests' refs.
 */
const settings: [string, string][] = [
  ["http.receivepack", "true"],
  ["uploadpack.allowFilter", "true"],
  ["uploadpack.allowAnySHA1InWant", "true"],
  ["receive.hideRefs", "refs/pull"],
];

/** git's smart HTTP protocol, served by `git http-backend`: https://git-scm.com/docs/git-http-backend */
export function gitHttp(world: GitWorld): Hono {
  const app = new Hono();
  app.all("/:owner/:name/:rest{(info/refs|git-upload-pack|git-receive-pack)}", async (c) => {
    const { owner = "", name = "", rest = "" } = c.req.param();
    const token = world.identify(secretOf(c.req.header("authorization")) ?? "");
    if (token === undefined) {
      return c.text("Authentication required", 401, { "www-authenticate": 'Basic realm="GitHub"' });
    }
    const repository = new Repository(world.directory, owner, name.replace(/\.git$/, ""));
    const isPush = rest === "git-receive-pack" || c.req.query("service") === "git-receive-pack";
    const access = accessTo(token, repository);
    const renamed = world.state().renamed?.[repository.fullName];
    if (!repository.exists() && renamed !== undefined && access !== "none") {
      const { search } = new URL(c.req.url);
      return c.redirect(`/${renamed}.git/${rest}${search}`, 301);
    }
    // What a token may not see does not exist for it.
    if (access === "none" || !repository.exists()) return c.text("Repository not found.", 404);
    if (isPush && access === "read") {
      return c.text(`Permission to ${repository.fullName}.git denied to ${token.login}.`, 403);
    }
    if (isPush && repository.facts.archived)
      return c.text("This repository was archived so it is read-only.", 403);
    if (!isPush) return backend(c, world, repository, rest, []);
    const state = world.state();
    // A push is read whole: who may make a tag is told from its name.
    const pushed = rest === "git-receive-pack" ? Buffer.from(await c.req.arrayBuffer()) : undefined;
    const refs = [
      ...(await hidden(state, repository, token)),
      ...(pushed ? hiddenTags(state, repository, token, pushed) : []),
    ];
    const done = pushed && (await world.begin(repository, token.login));
    return backend(c, world, repository, rest, refs, pushed, done);
  });
  return app;
}

/** The token of `Bearer <token>`, or the password of Basic, whatever the user name. */
function secretOf(header: string | undefined): string | undefined {
  const [, scheme = "", value = ""] = /^(\w+) +(.+)$/.exec(header ?? "") ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const [user = "", password = ""] = Buffer.from(value, "base64").toString().split(/:(.*)/s);
  return password === "" || password === "x-oauth-basic" ? user : password;
}

function accessTo({ scopes, job, fineGrained }: Token, { fullName }: Repository): "none" | "read" | "write" {
  const narrowed = job ?? fineGrained;
  if (narrowed === undefined) return scopes.includes("repo") ? "write" : "none";
  const reached = job ? [job.repository] : (fineGrained?.repositories ?? []);
  return reached.includes(fullName) ? (narrowed.permissions.contents ?? "none") : "none";
}

/** Branches that this token may not push to; git then refuses to change them. */
async function hidden(state: State, repository: Repository, token: Token): Promise<string[]> {
  const prefix = protectionKey(repository.fullName, "");
  const ofBranches = (state.rulesets[repository.fullName] ?? []).filter(({ target }) => target === "branch");
  const refs = ofBranches.flatMap(({ conditions }) => conditions.ref_name.include);
  const candidates = new Set([
    await repository.defaultBranch(),
    ...Object.keys(state.protections)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length)),
    ...refs.map((ref) => ref.replace("refs/heads/", "")).filter((branch) => !branch.startsWith("~")),
  ]);
  const found: string[] = [];
  for (const branch of candidates)
    if (await protectedBecause(state, repository, branch, token)) found.push(`refs/heads/${branch}`);
  return found;
}

/** Tags of a push that rulesets forbid this token to make, move or delete. */
function hiddenTags(state: State, repository: Repository, token: Token, pushed: Buffer): string[] {
  return commandsOf(pushed)
    .filter(({ ref }) => ref.startsWith("refs/tags/"))
    .filter(({ ref, from, to }) => {
      const kind = /^0+$/.test(from) ? "create" : /^0+$/.test(to) ? "delete" : "write";
      return tagProtectedBecause(state, repository, ref, token, { kind }) !== undefined;
    })
    .map(({ ref }) => ref);
}

/** What a push asks for, before its pack: https://git-scm.com/docs/gitprotocol-pack#_reference_update_request_and_packfile_transfer */
function commandsOf(pushed: Buffer): { from: string; to: string; ref: string }[] {
  const commands: { from: string; to: string; ref: string }[] = [];
  for (let at = 0; ;) {
    const length = Number.parseInt(pushed.subarray(at, at + 4).toString(), 16);
    if (!(length > 4)) return commands;
    const [command = ""] = pushed
      .subarray(at + 4, at + length)
      .toString()
      .trimEnd()
      .split("\0");
    const [from = "", to = "", ref = ""] = command.split(" ");
    commands.push({ from, to, ref });
    at += length;
  }
}

async function backend(
  c: Context,
  world: GitWorld,
  repository: Repository,
  rest: string,
  hiddenRefs: string[],
  pushed?: Buffer,
  done?: () => Promise<void>,
) {
  const config = [...settings, ...hiddenRefs.map((ref): [string, string] => ["receive.hideRefs", ref])];
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_PROJECT_ROOT: world.directory,
      GIT_HTTP_EXPORT_ALL: "1",
      REMOTE_USER: "authenticated",
      REQUEST_METHOD: c.req.method,
      PATH_INFO: `/${repository.fullName}.git/${rest}`,
      QUERY_STRING: new URL(c.req.url).search.slice(1),
      CONTENT_TYPE: c.req.header("content-type") ?? "",
      HTTP_CONTENT_ENCODING: c.req.header("content-encoding") ?? "",
      GIT_PROTOCOL: c.req.header("git-protocol") ?? "",
      ...settingVariables(config),
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  child.stdin.on("error", () => undefined); // a backend that refuses does not read to the end
  const body = pushed ? null : c.req.raw.body;
  if (pushed) {
    world.traffic.received += pushed.length;
    child.stdin.end(pushed);
  } else if (body === null) child.stdin.end();
  else
    Readable.fromWeb(body)
      .on("data", (chunk: Buffer) => (world.traffic.received += chunk.length))
      .pipe(child.stdin);
  const { status, headers, first } = await readHeaders(child.stdout);
  const rest$ = child.stdout[Symbol.asyncIterator]();
  const stream = async function* () {
    world.traffic.sent += first.length;
    if (first.length > 0) yield first;
    for (;;) {
      const next = (await rest$.next()) as IteratorResult<Buffer, undefined>;
      if (next.done) break;
      world.traffic.sent += next.value.length;
      yield next.value;
    }
    await ended;
    // Whoever pushed finds the pull request up to date when git returns.
    await done?.();
  };
  return new Response(Readable.toWeb(Readable.from(stream())) as ReadableStream, { status, headers });
}

/** GIT_CONFIG_COUNT and what it counts. */
function settingVariables(config: [string, string][]): Record<string, string> {
  const numbered = config.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    GIT_CONFIG_COUNT: String(config.length),
    ...(Object.fromEntries(numbered) as Record<string, string>),
  };
}

/** The header that a CGI program writes before its body, and the body's beginning that came with it. */
async function readHeaders(output: Readable) {
  let text = Buffer.alloc(0);
  let end = -1;
  while (end < 0) {
    const chunk = output.read() as Buffer | null;
    if (chunk === null) {
      if (output.readableEnded) throw new Error("git http-backend gave no answer");
      await Promise.race([once(output, "readable"), once(output, "end")]);
      continue;
    }
    text = Buffer.concat([text, chunk]);
    end = text.indexOf("\r\n\r\n");
  }
  const headers = new Headers();
  let status = 200;
  for (const line of text.subarray(0, end).toString().split("\r\n")) {
    const [name = "", value = ""] = line.split(/: *(.*)/s);
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else headers.append(name, value);
  }
  return { status, headers, first: text.subarray(end + 4) };
}
