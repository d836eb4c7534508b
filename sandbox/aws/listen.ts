import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import type { AddressInfo } from "node:net";

/** A server that listens. */
export interface ListeningServer {
  port: number;
  stop(): Promise<void>;
}

/** Serves on 127.0.0.1. @param port 0 takes a free one */
export function listen(app: Hono, port: number): Promise<ListeningServer> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
    server.once("error", reject);
    server.once("listening", () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        stop: async () => {
          await new Promise((closed) => {
            server.close(closed);
            if ("closeAllConnections" in server) server.closeAllConnections();
          });
        },
      });
    });
  });
}
