import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";
import type { Proof } from "../../../dryrun/kubernetes/credentials";
import type { Kubeconfig } from "../../../dryrun/kubernetes/kubeconfig";

/** What becomes of a request on its way: it gets there, its answer gets lost, or it does not get there. */
export type Fate = "arrives" | "answer is lost" | "is lost";

/** A way to an API server on which requests and answers get lost. */
export interface Wire {
  /** How a client reaches the API server on this way. */
  kubeconfig: Kubeconfig;
  /** Decides about each request; by its number, which counts from 1 since the last call. */
  decide(fate: (count: number, method: string, path: string) => Fate): void;
  /** How many requests have come since then. */
  count(): number;
  /** Leads to another address from now on. */
  redirect(server: string): void;
  stop(): void;
}

/** Starts a way to the API server of a kubeconfig. */
export async function startWire(kubeconfig: Kubeconfig, proof: Proof): Promise<Wire> {
  const agent = new Agent({
    keepAlive: true,
    ca: kubeconfig.certificateAuthority,
    ...("token" in proof ? {} : { cert: proof.certificate, key: proof.key }),
  });
  let count = 0;
  let target = kubeconfig.server;
  let fateOf: (count: number, method: string, path: string) => Fate = () => "arrives";
  const server = createServer((incoming, outgoing) => {
    count += 1;
    const fate = fateOf(count, incoming.method ?? "", incoming.url ?? "");
    if (fate === "is lost") incoming.socket.destroy();
    else forward(incoming, outgoing, fate);
  });
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse, fate: Fate) => {
    const { host, ...given } = incoming.headers;
    void host;
    const headers = {
      ...given,
      ...("token" in proof && { authorization: `Bearer ${proof.token}` }),
    };
    const url = new URL(incoming.url ?? "", target);
    const sent = request(url, { method: incoming.method, headers, agent }, (answer) => {
      answer.on("error", () => incoming.socket.destroy());
      if (fate === "arrives") {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      answer.resume().on("end", () => incoming.socket.destroy());
    });
    sent.on("error", () => incoming.socket.destroy());
    incoming.pipe(sent);
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    kubeconfig: {
      server: `http://127.0.0.1:${String(port)}`,
      namespace: kubeconfig.namespace,
      insecureSkipTlsVerify: false,
      credential: { kind: "token", token: "unused" },
    },
    decide: (fate) => {
      count = 0;
      fateOf = fate;
    },
    count: () => count,
    redirect: (address) => {
      target = address;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
      agent.destroy();
    },
  };
}
