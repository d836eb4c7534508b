import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

/** A service on 127.0.0.1 that stands for one inside of the private network: nobody may ask it. */
export class Canary {
  /** Such as `http://127.0.0.1:1234`. */
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {
    this.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    server.on("request", (request, response) => {
      this.asked.push(request.url ?? "");
      response.end("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fetched}\n");
    });
  }

  static async open(): Promise<Canary> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Canary(server);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
