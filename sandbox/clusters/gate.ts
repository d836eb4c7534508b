import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, createServer, request as ask, type RequestOptions } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Judgement } from "../judge/snapshot";

/** What one build takes for a cluster's endpoint. */
export interface Gate {
  url: string;
  /** Ends every connection and lets no more in. */
  close(): Promise<void>;
}

/** An API server behind a gate. */
export interface Upstream {
  url: string;
  /** PEM text of the authority that signed its certificate. */
  ca: string;
}

export interface GateOptions {
  /** Certificate and key for 127.0.0.1: PEM text. */
  tls: { cert: string; key: string };
  /** Whether the network lets a new connection through; the reason why not goes to the log. */
  judge: () => Promise<Judgement>;
  /** Resolves when the API server is ready; the first one may have to be started. */
  upstream: () => Promise<Upstream>;
  /** Goes in front of each bearer token: the API server takes tokens from its gates only. */
  stamp: string;
  log: (line: string) => void;
}

/**
 * Opens a way to an API server on a free port of 127.0.0.1. A connection that the network would not let through gets no
 * answer, not even an end: so it is with a packet that was dropped.
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const { tls, judge, upstream, stamp, log } = options;
  // Idle connections of the API server's side are let go before the server itself ends them.
  const agent = new Agent({ keepAlive: true, timeout: 60_000 });
  const target = async (): Promise<RequestOptions> => {
    const { url, ca } = await upstream();
    const { hostname, port } = new URL(url);
    return { hostname, port, ca };
  };
  const proxy = createServer({ ...tls, keepAlive: true, requestTimeout: 0, ALPNProtocols: ["http/1.1"] });
  proxy.keepAliveTimeout = 0;
  proxy.on("request", (incoming, outgoing) => {
    target()
      .then((server) => {
        forward(incoming, outgoing, { ...server, agent }, stamp);
      })
      .catch((error: unknown) => {
        log(`the cluster does not start: ${String(error)}`);
        unavailable(outgoing, 503, "the cluster does not start");
      });
  });
  proxy.on("upgrade", (incoming, socket, head) => {
    target()
      .then((server) => {
        forwardUpgrade(incoming, { socket, head }, { ...server, agent: false }, stamp);
      })
      .catch(() => socket.destroy());
  });

  const sockets = new Set<Socket>();
  const door = createTcpServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    judge().then(
      (judgement) => {
        if (judgement.ok) proxy.emit("connection", socket);
        else log(`dropped a connection: ${judgement.reason}`);
      },
      (error: unknown) => {
        log(`could not judge a connection: ${String(error)}`);
        socket.destroy();
      },
    );
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  return {
    url: `https://127.0.0.1:${String((door.address() as AddressInfo).port)}`,
    close: async () => {
      if (!door.listening) return;
      const ended = once(door, "close");
      door.close();
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await ended;
    },
  };
}

/** Passes one request on and its answer back, as they come: a watch never ends. */
function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  server: RequestOptions,
  stamp: string,
): void {
  const { method, url: path } = incoming;
  const headers = stamped(incoming.rawHeaders, stamp, ["connection", "keep-alive"]);
  const asked = ask({ ...server, method, path, headers }, (response) => {
    const { statusCode = 502, statusMessage, rawHeaders } = response;
    outgoing.writeHead(statusCode, statusMessage, without(rawHeaders, ["connection", "keep-alive"]));
    outgoing.flushHeaders();
    response.pipe(outgoing);
    response.on("error", () => outgoing.destroy());
  });
  asked.on("error", (error) => {
    if (outgoing.headersSent) outgoing.destroy();
    else unavailable(outgoing, 502, error.message);
  });
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) asked.destroy();
  });
  incoming.pipe(asked);
}

/** Passes on what begins as a request and goes on as a stream of its own, such as `kubectl exec`. */
function forwardUpgrade(
  incoming: IncomingMessage,
  { socket, head }: { socket: Duplex; head: Buffer },
  server: RequestOptions,
  stamp: string,
): void {
  const { method, url: path } = incoming;
  const asked = ask({ ...server, method, path, headers: stamped(incoming.rawHeaders, stamp) });
  const answer = (response: IncomingMessage) => {
    const { statusCode, statusMessage, rawHeaders } = response;
    const lines = pairs(rawHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${String(statusCode)} ${statusMessage ?? ""}\r\n${lines.join("")}\r\n`);
  };
  asked.on("upgrade", (response, other: Duplex, otherHead) => {
    answer(response);
    socket.write(otherHead);
    other.write(head);
    other.pipe(socket).pipe(other);
    other.on("error", () => socket.destroy());
  });
  asked.on("response", (response) => {
    answer(response);
    response.pipe(socket);
  });
  asked.on("error", () => socket.destroy());
  socket.on("error", () => asked.destroy());
  socket.on("close", () => asked.destroy());
  asked.end();
}

function unavailable(outgoing: ServerResponse, code: number, message: string): void {
  const status = { kind: "Status", apiVersion: "v1", status: "Failure", message, code };
  outgoing.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(status));
}

function stamped(rawHeaders: string[], stamp: string, dropped: string[] = []): string[] {
  return pairs(without(rawHeaders, dropped)).flatMap(([name, value]) => [
    name,
    name.toLowerCase() === "authorization" ? value.replace(/^(bearer +)/i, `$1${stamp}`) : value,
  ]);
}

function without(rawHeaders: string[], names: string[]): string[] {
  return pairs(rawHeaders)
    .filter(([name]) => !names.includes(name.toLowerCase()))
    .flat();
}

/** Node has raw headers as one list of names and values in turn. */
function pairs(rawHeaders: string[]): [name: string, value: string][] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as [string, string]] : [],
  );
}
