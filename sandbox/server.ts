/**
 * The one process of a sandbox: the local AWS and the local GitHub. Started by `sandbox start` as
 * `server.ts <folder> <python>`, to which it reports over the IPC channel; ended by SIGTERM.
 */
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { startAws } from "./aws/server";
import { seedAws } from "./aws/seed";
import { seedCluster } from "./clusters/seed";
import { githubApp, githubToken, pulumiAccessToken } from "./environment";
import { SandboxFolder } from "./folder";
import { startGitHub } from "./github/server";
import { addReviewer, protectDefaultBranch, seedTargetRepository } from "./github/seed";
import { issuerPath } from "./github/routes/openIdConnect";
import { hostedMachine } from "./hostedMachine/install";
import { Access } from "./pulumiCloud/access";
import { Cloud } from "./pulumiCloud/cloud";
import { startPulumiCloud } from "./pulumiCloud/server";
import { layToolCache } from "./toolchain/toolCache";
import { accountId, connectionArn, pulumiOrganization, regions, targetRepository } from "./world";

/** What the server tells the process that started it. */
export type ServerMessage = { progress: string } | { ready: true } | { failed: string };

const [directory = "", python = ""] = process.argv.slice(2);
const folder = new SandboxFolder(directory);

/** Seconds after which a policy takes effect here, about as on AWS. */
const policyLagSeconds = 6;

async function serve(): Promise<void> {
  const fresh = !existsSync(folder.seeded());
  if (fresh) await rm(folder.world(), { recursive: true, force: true });
  await mkdir(folder.aws(), { recursive: true });
  for (const path of [folder.github(), folder.pulumiCloud()]) await mkdir(path, { recursive: true });
  if (fresh) {
    tell({ progress: "Making the target repository ..." });
    await seedTargetRepository({ directory: folder.github(), ...targetRepository });
  }

  const last = folder.state()?.ports;
  const { owner, name } = targetRepository;
  const ports = { aws: 0, github: 0, pulumiCloud: 0 };
  const github = await startGitHub({
    directory: folder.github(),
    port: await freePort(last?.github),
    token: githubToken,
    app: githubApp,
    hostedMachine: () => hostedMachine(folder, ports),
  });
  ports.github = github.port;
  const githubUrl = `http://127.0.0.1:${String(github.port)}`;
  const issuers = { "token.actions.githubusercontent.com": githubUrl + issuerPath };
  if (fresh) await protectDefaultBranch(folder.github());
  await addReviewer(folder.github());
  await layToolCache(
    folder.toolCache(),
    regions.map(({ version }) => version),
    (line) => {
      tell({ progress: line });
    },
  );
  const aws = await startAws({
    directory: folder.aws(),
    port: await freePort(last?.aws),
    python,
    policyLagSeconds,
    github: { url: githubUrl, token: githubToken },
    issuers,
    runners: github.runners,
    toolCache: folder.toolCache(),
    seedCluster: deployOverlay(() => github.repositoryPath(`${owner}/${name}`)),
  });
  ports.aws = aws.port;
  const cloud = await startPulumiCloud(
    new Cloud(folder.pulumiCloud(), pulumiOrganization, folder.pulumiState()),
    new Access(folder.pulumiCloud(), pulumiOrganization, pulumiAccessToken, issuers),
    await freePort(last?.pulumiCloud),
  );
  ports.pulumiCloud = cloud.port;
  endWith(aws, github, cloud);
  if (fresh) {
    tell({ progress: "Making the VPCs, the clusters and the connection of three regions ..." });
    const endpoint = `http://127.0.0.1:${String(aws.port)}`;
    await seedAws({ endpoint, regions, accountId, connectionArn });
    await writeFile(folder.seeded(), "");
  }
  folder.remember({ pid: process.pid, ports });
  process.removeListener("disconnect", abandon);
  tell({ ready: true });
}

/** Fills a cluster with what the default branch has for it, wherever it is; one of another name stays empty. */
function deployOverlay(repository: () => string) {
  return async ({ name }: { name: string }, adminKubeconfig: string): Promise<void> => {
    const found = regions.find(({ clusterName }) => clusterName === name);
    if (!found) return;
    await seedCluster({
      adminKubeconfig,
      repository: repository(),
      branch: targetRepository.defaultBranch,
      overlay: found.overlay,
    });
  };
}

/** Whoever started the server was interrupted before it was ready: nobody knows of it. */
function abandon(): void {
  process.kill(process.pid, "SIGTERM");
}

/** The port if nobody listens there now, else 0, which stands for any free one. */
function freePort(port = 0): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => {
      resolve(0);
    });
    probe.listen(port, "127.0.0.1", () => {
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

function endWith(...services: { stop(): Promise<void> }[]): void {
  const end = () => {
    Promise.all(services.map((service) => service.stop())).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", end);
}

function tell(message: ServerMessage): void {
  if (process.connected) process.send?.(message);
}

process.once("disconnect", abandon);
serve().catch((error: unknown) => {
  console.error(error);
  tell({ failed: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  // A service that did start keeps the process alive otherwise.
  setTimeout(() => process.exit(), 500);
});
