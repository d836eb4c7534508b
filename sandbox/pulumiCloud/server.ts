import { serve } from "@hono/node-server";
import { statePassphrase } from "../environment";
import type { Access } from "./access";
import { pulumiCloudApp } from "./app";
import type { Cloud } from "./cloud";

/** A running service. */
export interface PulumiCloud {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Serves Pulumi Cloud's API on 127.0.0.1. @param port @default any free one */
export function startPulumiCloud(cloud: Cloud, access: Access, port = 0): Promise<PulumiCloud> {
  return new Promise((resolve, reject) => {
    const { fetch } = pulumiCloudApp(cloud, access, statePassphrase);
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, ({ port: listening }) => {
      resolve({
        port: listening,
        url: `http://127.0.0.1:${String(listening)}`,
        stop: () =>
          new Promise((stopped, failed) => {
            server.close((error) => {
              if (error) failed(error);
              else stopped();
            });
          }),
      });
    });
    server.once("error", reject);
  });
}
