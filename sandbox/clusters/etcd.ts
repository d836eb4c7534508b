import { join } from "node:path";
import { startDaemon, untilReady, type Daemon } from "./daemon";
import { onFreePort } from "./ports";

/** A running etcd. */
export interface Etcd {
  url: string;
  /** Every key and its value as etcd holds it: Kubernetes writes its own kinds as protobuf, custom ones as JSON. */
  dump(): Promise<Map<string, string>>;
  stop(): Promise<void>;
}

/** Starts etcd on 127.0.0.1, with the data that the folder has. */
export function startEtcd(binary: string, directory: string): Promise<Etcd> {
  return onFreePort(async (port) => {
    const url = `http://127.0.0.1:${String(port)}`;
    const log = join(directory, "etcd.log");
    // Nobody joins this cluster of one, but etcd insists on an address for its peers. Zero is any free port.
    const peers = "http://127.0.0.1:0";
    const daemon = startDaemon(
      binary,
      [
        ...["--data-dir", join(directory, "etcd"), "--unsafe-no-fsync", "--log-level", "warn"],
        ...["--listen-client-urls", url, "--advertise-client-urls", url],
        ...["--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers],
        ...["--initial-cluster", `default=${peers}`],
      ],
      log,
    );
    await untilReady(daemon, async () => (await fetch(`${url}/health`)).ok, { log, seconds: 20 });
    return running(url, daemon);
  });
}

function running(url: string, daemon: Daemon): Etcd {
  return { url, dump: () => dump(url), stop: () => daemon.stop() };
}

// Range of all keys. Source: https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
const everything = JSON.stringify({ key: "AA==", range_end: "AA==" });

async function dump(url: string): Promise<Map<string, string>> {
  const response = await fetch(`${url}/v3/kv/range`, { method: "POST", body: everything });
  if (!response.ok) throw new Error(`etcd answered ${String(response.status)}: ${await response.text()}`);
  const { kvs = [] } = (await response.json()) as { kvs?: { key: string; value?: string }[] };
  return new Map(kvs.map(({ key, value = "" }) => [decoded(key, "utf8"), decoded(value, "latin1")]));
}

function decoded(base64: string, encoding: BufferEncoding): string {
  return Buffer.from(base64, "base64").toString(encoding);
}
