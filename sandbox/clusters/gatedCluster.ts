import { appendFileSync, existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Judgement } from "../judge/snapshot";
import { newToken } from "./apiServer";
import { clusterAuthority, startControlPlane, type ControlPlane } from "./cluster";
import { openGate, type Gate } from "./gate";
import { serveReviews, type KubernetesUser } from "./reviews";

/** What a cluster is made of. */
export interface GatedClusterOptions {
  /** Holds all state and the logs `gates.log` and `authenticator.log`. */
  directory: string;
  /** Who a bearer token is; throws for nobody. */
  authenticate: (token: string) => KubernetesUser;
  /** Whether somebody may everything by what the authenticator has said of them beside their groups. */
  isAdministrator: (extra: Record<string, string[]>) => boolean;
  /** Fills a new cluster. One that was filled half is filled once more. */
  seed: (adminKubeconfig: string) => Promise<void>;
}

/**
 * A cluster that takes tokens through its gates only, and is started when somebody first needs it. Beside the gates
 * there is a way for its administrator.
 */
export class GatedCluster {
  private readonly stamps = new Set<string>();
  private readonly gates = new Set<Gate>();
  private material?: Promise<TlsMaterial>;
  private started?: Promise<{ plane: ControlPlane; stop(): Promise<void> }>;

  constructor(private readonly options: GatedClusterOptions) {}

  /** PEM text of the authority whose certificates the gates show. The cluster need not run for it. */
  async authorityCertificate(): Promise<string> {
    return (await this.tls()).ca;
  }

  /** Path of the administrator's kubeconfig; starts the cluster. */
  async adminKubeconfig(): Promise<string> {
    return (await this.running()).adminKubeconfig;
  }

  /** @param judge whether the network lets a new connection through */
  async openGate(judge: () => Promise<Judgement>): Promise<Gate> {
    const { cert, key, ca } = await this.tls();
    // One for each gate: the API server remembers for some seconds whose a token is, and so does so for each gate.
    const stamp = `${newToken()}.`;
    this.stamps.add(stamp);
    const gate = await openGate({
      tls: { cert, key },
      judge,
      upstream: async () => ({ url: (await this.running()).url, ca }),
      stamp,
      log: (line) => {
        this.log("gates", line);
      },
    });
    const opened: Gate = {
      url: gate.url,
      close: async () => {
        this.stamps.delete(stamp);
        this.gates.delete(opened);
        await gate.close();
      },
    };
    this.gates.add(opened);
    return opened;
  }

  /** Begins to start the cluster for somebody who will need it soon. */
  warmUp(): void {
    this.running().catch((error: unknown) => {
      this.log("gates", `the cluster does not start: ${String(error)}`);
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.gates].map((gate) => gate.close()));
    const running = await this.started?.catch(() => undefined);
    await running?.stop();
  }

  private async running(): Promise<ControlPlane> {
    this.started ??= this.start();
    try {
      return (await this.started).plane;
    } catch (error) {
      // The next one who needs it tries again.
      delete this.started;
      throw error;
    }
  }

  private async start(): Promise<{ plane: ControlPlane; stop(): Promise<void> }> {
    const { directory, seed } = this.options;
    const configFile = join(directory, "reviews.kubeconfig");
    const reviews = await serveReviews({
      tls: await this.tls(),
      configFile,
      reviewers: {
        identify: (token) => this.identify(token),
        isAdministrator: this.options.isAdministrator,
      },
    });
    const plane = await startControlPlane({ directory, reviews: configFile }).catch(
      async (error: unknown) => {
        await reviews.stop();
        throw error;
      },
    );
    const stop = async () => {
      await plane.stop();
      await reviews.stop();
    };
    const seeded = join(directory, "seeded");
    if (!existsSync(seeded)) {
      await seed(plane.adminKubeconfig).catch(async (error: unknown) => {
        await stop();
        throw error;
      });
      await writeFile(seeded, "");
    }
    return { plane, stop };
  }

  private identify(stampedToken: string): KubernetesUser {
    try {
      const end = stampedToken.indexOf(".") + 1;
      if (!this.stamps.has(stampedToken.slice(0, end))) throw new Error("a token that came past the gates");
      return this.options.authenticate(stampedToken.slice(end));
    } catch (error) {
      this.log("authenticator", error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  private tls(): Promise<TlsMaterial> {
    this.material ??= readTls(this.options.directory);
    return this.material;
  }

  private log(name: string, line: string): void {
    appendFileSync(join(this.options.directory, `${name}.log`), `${new Date().toISOString()} ${line}\n`);
  }
}

/** PEM text. */
interface TlsMaterial {
  cert: string;
  key: string;
  ca: string;
}

async function readTls(directory: string): Promise<TlsMaterial> {
  await mkdir(directory, { recursive: true });
  const authority = await clusterAuthority(directory);
  const { certificateFile, keyFile } = await authority.server();
  const read = (path: string) => readFile(path, "utf8");
  return {
    cert: await read(certificateFile),
    key: await read(keyFile),
    ca: await read(authority.certificateFile),
  };
}
