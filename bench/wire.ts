import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A server's second door, which counts what goes through it. */
export interface Wire {
  /** Address of the door. */
  origin: string;
  /** Bytes in both directions since the last call, headers and refused requests included. */
  take(): number;
  close(): void;
}

/** Opens a door to a server on this machine. */
export async function openWire(port: number): Promise<Wire> {
  let bytes = 0;
  const sockets = new Set<Socket>();
  const counted = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on("data", (chunk) => (bytes += chunk.length));
    from.on("error", () => to.destroy());
    from.pipe(to);
  };
  const door = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    counted(client, server);
    counted(server, client);
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  return {
    origin: `http://127.0.0.1:${String((door.address() as AddressInfo).port)}`,
    take: () => {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
    close: () => {
      door.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
