import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { guardedGroup } from "../committed/guardNames";
import type { Kubectl } from "./guardKubectl";

/** A request to the API server. */
export interface ApiRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: object;
}

/** What the API server says to it. */
export interface ApiAnswer {
  status: number;
  /** The server's own message where the answer is an error. */
  message: string;
  body: unknown;
}

/** Sends a request as somebody. */
export type Send = (request: ApiRequest) => Promise<ApiAnswer>;

/** kubectl's flags for being a member of the guarded group, as a runner is. */
export const asRunner = ["--as=pr-dry-run-check", `--as-group=${guardedGroup}`];

/**
 * Lets an administrator speak as a member of the guarded group, request by request and past what kubectl would send:
 * through `kubectl proxy`, which brings the credentials of any kubeconfig, on a socket that only this user can open.
 */
export async function asIdentity<T>(kubectl: Kubectl, use: (send: Send) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "guard-"));
  const socketPath = join(folder, "proxy");
  // kubectl proxy would refuse exec by itself, which would prove nothing.
  const flags = ["--unix-socket", socketPath, "--reject-paths=^$", "--reject-methods=^$"];
  const args = kubectl.arguments([...asRunner, "proxy", ...flags]);
  const proxy = spawn(kubectl.command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(proxy, "close").then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
  const errors = text(proxy.stderr);
  try {
    await serving(proxy.stdout).catch(async () => {
      throw new Error(`kubectl proxy does not start: ${(await errors) || (await ended)}`);
    });
    return await use((asked) => send(socketPath, asked));
  } finally {
    proxy.kill();
    await ended;
    await rm(folder, { recursive: true });
  }
}

async function serving(output: NodeJS.ReadableStream): Promise<void> {
  for await (const line of createInterface({ input: output })) {
    if (line.startsWith("Starting to serve")) return;
  }
  throw new Error("It ended.");
}

async function send(socketPath: string, { method, path, headers, body }: ApiRequest): Promise<ApiAnswer> {
  const content = body === undefined ? "" : JSON.stringify(body);
  const sent = request({
    socketPath,
    method,
    path,
    timeout: 20_000,
    headers: {
      host: "localhost",
      accept: "application/json",
      "content-type": "application/json",
      // Node gives the body of a DELETE no length by itself, and the server would take it for the next request.
      "content-length": Buffer.byteLength(content),
      ...headers,
    },
  });
  sent.once("timeout", () => sent.destroy(new Error(`No answer to ${method} ${path} within 20 s.`)));
  sent.end(content);
  const [response] = (await once(sent, "response")) as [NodeJS.ReadableStream & { statusCode: number }];
  let answer = "";
  for await (const chunk of response) answer += String(chunk);
  return { status: response.statusCode, ...parsed(answer) };
}

function parsed(text: string): Pick<ApiAnswer, "message" | "body"> {
  try {
    const body = JSON.parse(text) as { message?: unknown };
    return { body, message: typeof body.message === "string" ? body.message : "" };
  } catch {
    return { body: text, message: text.trim() };
  }
}
