import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { DaemonEnded } from "./daemon";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Starts on a free port something that cannot choose one itself. Another process may take the port in between: then it
 * is tried again with another one.
 */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      const taken = error instanceof DaemonEnded && error.output.includes("address already in use");
      if (!taken || attempt === 5) throw error;
    }
  }
}
