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
}

/** A server that tells an API server who a token is. */
export interface TokenReviews {
  stop(): Promise<void>;
}

/**
 * Serves TokenReviews on 127.0.0.1 and writes the kubeconfig by which an API server reaches it.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
 *
 * @param identify says who a token is; whatever it throws means nobody
 */
export async function serveTokenReviews(options: {
  /** Certificate and key for 127.0.0.1, and the authority that signed it: PEM text. */
  tls: { cert: string; key: string; ca: string };
  configFile: string;
  identify: (token: string) => KubernetesUser;
}): Promise<TokenReviews> {
  const { tls, configFile, identify } = options;
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
    review(request, identify).then(
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

async function review(
  request: IncomingMessage,
  identify: (token: string) => KubernetesUser,
): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { spec } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { spec: { token: string } };
  return {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    status: statusOf(spec.token, identify),
  };
}

function statusOf(token: string, identify: (token: string) => KubernetesUser): object {
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
