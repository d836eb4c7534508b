import { setMaxListeners } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { asMap, asText, type Json } from "../render/objects";
import { parseJson } from "./json";
import type { Proof } from "./credentials";
import type { Kubeconfig } from "./kubeconfig";

/** What the API server said. */
export interface Answer {
  /** HTTP status code; 0 if no answer came, and the body says why. */
  code: number;
  body: Json;
  /** Whether it was sent before without a clear answer: it may have taken effect then, whatever this answer says. */
  wasLost?: boolean;
}

export interface Request {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** With its query. */
  path: string;
  body?: string;
  /** @default application/json */
  contentType?: string;
}

export interface ApiOptions {
  kubeconfig: Kubeconfig;
  proof: Proof;
  /** Gives another proof when the cluster no longer takes the one before: EKS's tokens are good for 15 minutes. */
  renewProof?: () => Promise<Proof>;
  /** Ends every request. */
  signal: AbortSignal;
  /**
   * Longest wait for an answer, in milliseconds. Admission webhooks can take 30 s.
   * @default 40000
   */
  requestTimeout?: number;
  /**
   * Longest wait for a connection, in milliseconds. What a security group drops is answered by nobody.
   * @default 10000
   */
  connectTimeout?: number;
  /** Wait before the first retry, in milliseconds; each further one is twice as long. @default 250 */
  backoff?: number;
}

/** Connections kept open: more do not make it faster, and fewer wait for each other. */
export const connections = 32;

const attempts = 5;

/** Of connections that nobody takes: a lost packet is sent again by the system itself. */
const connectAttempts = 3;

/**
 * Speaks with one API server. It sends every request again that got no answer: whoever writes must ask what became of it
 * (dryrun/apply/write.ts).
 */
export class Api {
  private readonly agent: http.Agent;
  private readonly headers: Record<string, string>;
  private current: Proof;
  private renewal?: Promise<void>;

  constructor(private readonly options: ApiOptions) {
    const { kubeconfig, proof, signal } = options;
    this.current = proof;
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
      // A pod's log is text.
      Accept: "application/json, */*",
      "User-Agent": "eks-dryrun-runner",
    };
  }

  /** The proof that the cluster took last. */
  get proof(): Proof {
    return this.current;
  }

  /** The answer to a request, asked again while the server is busy or the connection breaks. Never throws. */
  async send(request: Request): Promise<Answer> {
    let isRenewed = false;
    let wasLost = false;
    for (let attempt = 1; ; attempt += 1) {
      const proof = this.current;
      const { answer, retryAfter, isConnected } = await this.sendOnce(request);
      if (answer.code === 401 && this.options.renewProof && !isRenewed) {
        isRenewed = true;
        if (proof === this.current) await this.renew(this.options.renewProof);
        continue;
      }
      const isLast = attempt >= (isConnected ? attempts : connectAttempts);
      if (isLast || !isPassing(answer) || this.options.signal.aborted)
        return wasLost ? { ...answer, wasLost } : answer;
      wasLost ||= isConnected && answer.code !== 429;
      const backoff = (this.options.backoff ?? 250) * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
      await sleep(Math.max(backoff, Math.min(retryAfter, 10) * 1000), undefined, {
        signal: this.options.signal,
      }).catch(() => undefined);
    }
  }

  /** Once for all requests that the cluster refuses at the same time. If it fails, the refusal stands. */
  private renew(renewProof: () => Promise<Proof>): Promise<void> {
    this.renewal ??= renewProof()
      .then((proof) => {
        this.current = proof;
      })
      .catch(() => undefined)
      .finally(() => {
        this.renewal = undefined;
      });
    return this.renewal;
  }

  close(): void {
    this.agent.destroy();
  }

  private sendOnce(request: Request): Promise<{ answer: Answer; retryAfter: number; isConnected: boolean }> {
    const { method = "GET", path, body, contentType = "application/json" } = request;
    const { kubeconfig, signal, requestTimeout = 40_000, connectTimeout = 10_000 } = this.options;
    const url = new URL(kubeconfig.server + path);
    const isTls = url.protocol === "https:";
    return new Promise((resolve) => {
      let missing: "answer" | "connection" | undefined;
      const timers: NodeJS.Timeout[] = [];
      const waitFor = (what: "answer" | "connection", milliseconds: number) => {
        const timer = setTimeout(() => {
          missing = what;
          sent.destroy();
        }, milliseconds);
        timers.push(timer);
        return timer;
      };
      const noAnswer = (error: Error) => {
        timers.forEach(clearTimeout);
        const seconds = (missing === "connection" ? connectTimeout : requestTimeout) / 1000;
        const message = missing
          ? `no ${missing} within ${String(seconds)} s`
          : signal.aborted
            ? "the run was ended"
            : error.message || ((error as NodeJS.ErrnoException).code ?? "the connection broke");
        const isConnected = missing !== "connection";
        resolve({ answer: { code: 0, body: { message } }, retryAfter: 0, isConnected });
      };
      const headers = {
        ...this.headers,
        ...("token" in this.current && { Authorization: `Bearer ${this.current.token}` }),
        ...(body !== undefined && { "Content-Type": contentType, "Content-Length": Buffer.byteLength(body) }),
      };
      const client = isTls ? https : http;
      const sent = client.request(url, { method, headers, agent: this.agent, signal }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", noAnswer);
        response.on("end", () => {
          timers.forEach(clearTimeout);
          const answer = { code: response.statusCode ?? 0, body: readBody(Buffer.concat(chunks)) };
          const retryAfter = Number(response.headers["retry-after"] ?? 0) || 0;
          resolve({ answer, retryAfter, isConnected: true });
        });
      });
      waitFor("answer", requestTimeout);
      sent.once("socket", (socket) => {
        if (!socket.connecting) return;
        const timer = waitFor("connection", connectTimeout);
        socket.once(isTls ? "secureConnect" : "connect", () => {
          clearTimeout(timer);
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
  return code === 500 && !isFailingWebhook(asText(body.message));
}

/** Whether a webhook did not answer as one does: the server then refuses, and has written nothing. */
export function isFailingWebhook(message: string): boolean {
  return /failed calling webhook|failed to call webhook/.test(message);
}

function readBody(bytes: Buffer): Json {
  const text = bytes.toString("utf8");
  try {
    return asMap(parseJson(text));
  } catch {
    return { message: text.slice(0, 2000) };
  }
}
