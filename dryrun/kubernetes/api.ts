import { setMaxListeners } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { asMap, asText, type Json } from "../render/objects";
import type { Proof } from "./credentials";
import type { Kubeconfig } from "./kubeconfig";

/** What the API server said. */
export interface Answer {
  /** HTTP status code; 0 if no answer came, and the body says why. */
  code: number;
  body: Json;
}

export interface Request {
  method?: "GET" | "POST" | "PATCH";
  /** With its query. */
  path: string;
  body?: string;
  /** @default application/json */
  contentType?: string;
}

export interface ApiOptions {
  kubeconfig: Kubeconfig;
  proof: Proof;
  /** Ends every request. */
  signal: AbortSignal;
  /**
   * Longest wait for an answer, in milliseconds. Admission webhooks can take 30 s.
   * @default 40000
   */
  requestTimeout?: number;
  /** Wait before the first retry, in milliseconds; each further one is twice as long. @default 250 */
  backoff?: number;
}

/** Connections kept open: more do not make it faster, and fewer wait for each other. */
export const connections = 32;

const attempts = 5;

/** Speaks with one API server. All its requests may be sent again: they read, or are dry runs. */
export class Api {
  private readonly agent: http.Agent;
  private readonly headers: Record<string, string>;

  constructor(private readonly options: ApiOptions) {
    const { kubeconfig, proof, signal } = options;
    // Each request that is under way listens: that is no leak.
    setMaxListeners(0, signal);
    const settings = { keepAlive: true, maxSockets: connections };
    this.agent = kubeconfig.server.startsWith("https:")
      ? new https.Agent({
          ...settings,
          ca: kubeconfig.certificateAuthority,
          rejectUnauthorized: !kubeconfig.insecureSkipTlsVerify,
          servername: kubeconfig.tlsServerName,
          ...("token" in proof ? {} : { cert: proof.certificate, key: proof.key }),
        })
      : new http.Agent(settings);
    this.headers = {
      Accept: "application/json",
      "User-Agent": "eks-dryrun-runner",
      ...("token" in proof && { Authorization: `Bearer ${proof.token}` }),
    };
  }

  /** The answer to a request, asked again while the server is busy or the connection breaks. Never throws. */
  async send(request: Request): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const { answer, retryAfter } = await this.sendOnce(request);
      if (attempt === attempts || !isPassing(answer) || this.options.signal.aborted) return answer;
      const backoff = (this.options.backoff ?? 250) * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
      await sleep(Math.max(backoff, Math.min(retryAfter, 10) * 1000), undefined, {
        signal: this.options.signal,
      }).catch(() => undefined);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private sendOnce(request: Request): Promise<{ answer: Answer; retryAfter: number }> {
    const { method = "GET", path, body, contentType = "application/json" } = request;
    const { kubeconfig, signal, requestTimeout = 40_000 } = this.options;
    const url = new URL(kubeconfig.server + path);
    const client = url.protocol === "https:" ? https : http;
    return new Promise((resolve) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        sent.destroy();
      }, requestTimeout);
      const noAnswer = (error: Error) => {
        clearTimeout(timer);
        const message = isLate
          ? `no answer within ${String(requestTimeout / 1000)} s`
          : signal.aborted
            ? "the run was ended"
            : error.message || ((error as NodeJS.ErrnoException).code ?? "the connection broke");
        resolve({ answer: { code: 0, body: { message } }, retryAfter: 0 });
      };
      const headers = {
        ...this.headers,
        ...(body !== undefined && { "Content-Type": contentType, "Content-Length": Buffer.byteLength(body) }),
      };
      const sent = client.request(url, { method, headers, agent: this.agent, signal }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", noAnswer);
        response.on("end", () => {
          clearTimeout(timer);
          const answer = { code: response.statusCode ?? 0, body: readBody(Buffer.concat(chunks)) };
          resolve({ answer, retryAfter: Number(response.headers["retry-after"] ?? 0) || 0 });
        });
      });
      sent.on("error", noAnswer);
      sent.end(body);
    });
  }
}

/** Whether the same request can well be answered otherwise a moment later. */
function isPassing({ code, body }: Answer): boolean {
  if ([0, 429, 502, 503, 504].includes(code)) return true;
  // A webhook that fails is asked by the server itself; asking four times more would only take its time-out four times.
  return code === 500 && !/failed calling webhook/.test(asText(body.message));
}

function readBody(bytes: Buffer): Json {
  const text = bytes.toString("utf8");
  try {
    return asMap(JSON.parse(text));
  } catch {
    return { message: text.slice(0, 2000) };
  }
}
