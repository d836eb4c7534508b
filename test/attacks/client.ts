import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";

/** What a client sends. */
export interface Request {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What the API server answers. */
export interface Answer {
  /** 101 where the connection was handed over. */
  status: number;
  body: string;
}

interface Kubeconfig {
  clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
  users: [{ user: { token: string } }];
}

/** Sends requests exactly as they are written: no client library between, which would refuse or mend them. */
export class Client {
  private constructor(
    private readonly server: string,
    private readonly token: string,
    private readonly agent: Agent,
  ) {}

  /** The client of a kubeconfig with a token. @param token in the place of its own */
  static async of(kubeconfig: string, token?: string): Promise<Client> {
    const config = JSON.parse(await readFile(kubeconfig, "utf8")) as Kubeconfig;
    const { cluster } = config.clusters[0];
    return Client.to(
      cluster.server,
      cluster["certificate-authority-data"],
      token ?? config.users[0].user.token,
    );
  }

  /** The client of a server. @param authority its certificate, in base64 */
  static to(server: string, authority: string, token: string): Client {
    const ca = Buffer.from(authority, "base64");
    return new Client(server, token, new Agent({ ca, keepAlive: true }));
  }

  send({ method, path, headers = {}, body }: Request): Promise<Answer> {
    const { hostname, port } = new URL(this.server);
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request({
        hostname,
        port,
        method,
        path,
        agent: this.agent,
        timeout: 10_000,
        headers: {
          authorization: `Bearer ${this.token}`,
          accept: "application/json",
          ...(text !== undefined && {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(text),
          }),
          ...headers,
        },
      });
      sent.once("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
      });
      sent.once("upgrade", (_, socket) => {
        socket.destroy();
        resolve({ status: 101, body: "" });
      });
      sent.once("timeout", () => sent.destroy(new Error(`No answer to ${method} ${path} within 10 s.`)));
      sent.once("error", reject);
      sent.end(text);
    });
  }

  /**
   * Sends what must succeed.
   *
   * @throws Error with the answer if it does not
   */
  async expect(request: Request): Promise<unknown> {
    const { status, body } = await this.send(request);
    if (status >= 300)
      throw new Error(`${request.method} ${request.path} answered ${String(status)}: ${body}`);
    return JSON.parse(body) as unknown;
  }

  close(): void {
    this.agent.destroy();
  }
}
