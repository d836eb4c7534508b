import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { newToken } from "./apiServer";
import { kubeconfig } from "./kubeconfig";

/** Who somebody is to Kubernetes. */
export interface KubernetesUser {
  username: string;
  groups: string[];
  /** What else is known of them, which is not theirs any more when they impersonate somebody. */
  extra?: Record<string, string[]>;
}

/** A server that tells an API server who a token is, and what somebody may do whom RBAC does not let. */
export interface Reviews {
  stop(): Promise<void>;
}

/** What the server is asked. */
export interface Reviewers {
  /** Says who a token is; whatever it throws means nobody. */
  identify: (token: string) => KubernetesUser;
  /** Whether somebody may do whatever they want, by what is known of them. */
  isAdministrator: (extra: Record<string, string[]>) => boolean;
}

/**
 * Serves TokenReviews and SubjectAccessReviews on 127.0.0.1 and writes the kubeconfig by which an API server reaches it.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
 * https://kubernetes.io/docs/reference/access-authn-authz/webhook/
 */
export async function serveReviews(options: {
  /** Certificate and key for 127.0.0.1, and the authority that signed it: PEM text. */
  tls: { cert: string; key: string; ca: string };
  configFile: string;
  reviewers: Reviewers;
}): Promise<Reviews> {
  const { tls, configFile, reviewers } = options;
  // Only this API server may ask.
  const secret = newToken();
  const server = createServer({ cert: tls.cert, key: tls.key }, (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${secret}`) {
      answer(401, { message: "not the API server" });
      return;
    }
    review(request, reviewers).then(
      (body) => {
        answer(200, body);
      },
      (error: unknown) => {
        answer(500, { message: String(error) });
      },
    );
  });
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  await writeFile(configFile, kubeconfig(url, tls.ca, { token: secret }), { mode: 0o600 });
  return { stop: () => closed(server) };
}

interface Review {
  apiVersion: string;
  kind: string;
  spec: { token?: string; extra?: Record<string, string[]> };
}

async function review(request: IncomingMessage, reviewers: Reviewers): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { apiVersion, kind, spec } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Review;
  // What is not allowed here is not denied: there may be others who allow it.
  const status =
    kind === "TokenReview"
      ? statusOf(spec.token ?? "", reviewers.identify)
      : { allowed: reviewers.isAdministrator(spec.extra ?? {}) };
  return { apiVersion, kind, status };
}

function statusOf(token: string, identify: Reviewers["identify"]): object {
  try {
    return { authenticated: true, user: identify(token) };
  } catch {
    // Why is not for the caller to know.
    return { authenticated: false };
  }
}

async function closed(server: Server): Promise<void> {
  const ended = once(server, "close");
  server.close();
  server.closeAllConnections();
  await ended;
}
