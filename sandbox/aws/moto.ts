import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { execa } from "execa";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AwsRequest } from "./request";

/** A running moto: the part of AWS that others have already built. */
export interface Moto {
  /** Answers a request of a service that moto has. */
  forward(request: AwsRequest): Promise<Response>;
  /** EC2 of a region, past refusals and records: for the sandbox's own looks at the world. */
  ec2(region: string): EC2Client;
  /** CloudWatch Logs of a region, past refusals and records. */
  logs(region: string): CloudWatchLogsClient;
  /** IAM, past refusals and records. */
  iam(): IAMClient;
  /** STS, past refusals and records. */
  sts(): STSClient;
  /** Takes the state that its folder has by now in place of its own: sooner done than another start. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts moto as a child process with the state it had in `directory`.
 *
 * @param python Python of a virtual environment with `moto[server]`
 * @throws Error with what moto said when it does not start
 */
export async function startMoto({ directory, python }: { directory: string; python: string }): Promise<Moto> {
  const child = execa(python, [join(__dirname, "moto_server.py"), "0", join(directory, "moto.pickle")], {
    // moto ends when this pipe does, so that a killed sandbox leaves nothing behind.
    stdin: "pipe",
    stderr: { file: join(directory, "moto.log"), append: true },
    buffer: false,
    env: { AWS_PROFILE: undefined, PYTHONDONTWRITEBYTECODE: "1" },
    reject: false,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = await answer(lines, /^listening on (\d+)$/, join(directory, "moto.log"));
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
  const ec2 = forEachRegion((region) => new EC2Client({ endpoint, region, credentials }));
  const logs = forEachRegion((region) => new CloudWatchLogsClient({ endpoint, region, credentials }));
  const iam = new IAMClient({ endpoint, region: "us-east-1", credentials });
  const sts = new STSClient({ endpoint, region: "us-east-1", credentials });

  return {
    forward: (request) => forward(endpoint, request),
    ec2: ec2.of,
    logs: logs.of,
    iam: () => iam,
    sts: () => sts,
    reload: async () => {
      child.stdin.write("reload\n");
      await answer(lines, /^reloaded$/, join(directory, "moto.log"));
    },
    stop: async () => {
      for (const client of [iam, sts, ...ec2.all(), ...logs.all()]) client.destroy();
      child.kill("SIGTERM");
      await child;
    },
  };
}

/** One client for each region that is asked for. */
function forEachRegion<Client>(make: (region: string) => Client) {
  const clients = new Map<string, Client>();
  return {
    of: (region: string): Client => {
      const client = clients.get(region) ?? make(region);
      clients.set(region, client);
      return client;
    },
    all: () => clients.values(),
  };
}

/** Waits for a line that moto prints; gives what stands in it. */
async function answer(lines: AsyncIterator<string>, pattern: RegExp, log: string): Promise<string> {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const found = pattern.exec(line.value);
    if (found) return found[1] ?? "";
  }
  throw new Error(`moto has ended; ${log} says why.`);
}

const hopByHop = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "transfer-encoding",
]);

async function forward(endpoint: string, request: AwsRequest): Promise<Response> {
  const headers = new Headers([...request.headers].filter(([name]) => !hopByHop.has(name)));
  // moto tells services apart by this header alone; a presigned request carries its scope in the query.
  headers.set("authorization", request.authorization);
  if (request.readOnly) headers.set("x-sandbox-read-only", "true");
  const response = await fetch(endpoint + request.path + request.query, {
    method: request.method,
    headers,
    ...(request.method === "GET" || request.method === "HEAD" ? {} : { body: request.body }),
  });
  const answer = new Headers(response.headers);
  answer.delete("content-length");
  answer.delete("content-encoding");
  answer.delete("connection");
  return new Response(await response.text(), { status: response.status, headers: answer });
}
