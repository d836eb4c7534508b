import { serve } from "@hono/node-server";
import { pulumiCloudApp } from "./app";
import type { Cloud } from "./cloud";

/** A running service. */
export interface PulumiCloud {
  url: string;
  stop(): Promise<void>;
}

/** Serves Pulumi Cloud's API for deployments on 127.0.0.1, on a free port. */
export function startPulumiCloud(cloud: Cloud, accessToken: string): Promise<PulumiCloud> {
  return new Promise((resolve, reject) => {
    const { fetch } = pulumiCloudApp(cloud, accessToken);
    const server = serve({ fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
      resolve({
        url: `http://127.0.0.1:${String(port)}`,
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
