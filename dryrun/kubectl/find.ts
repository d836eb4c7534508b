import { createHash } from "node:crypto";
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { ClientRequest } from "node:http";
import * as https from "node:https";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CouldNotCheck } from "../couldNotCheck";
import checksums from "./checksums.json";

/** A kubectl and what it must be. */
export interface KnownKubectl {
  /** Such as `v1.35.2`. */
  version: string;
  /** Of the binary for Linux on x86-64, in hex. */
  sha256: string;
}

/** Every kubectl whose checksum was computed. */
export const knownKubectls: KnownKubectl[] = Object.entries(checksums).map(([version, { sha256 }]) => ({
  version,
  sha256,
}));

/** The one that renders for every cluster: its kustomize is 5.7.1. */
export const rendererMinor = 35;

/**
 * The known kubectl of a minor of Kubernetes 1, such as 35.
 * @param others come before the table.
 * @throws CouldNotCheck if there is none.
 */
export function knownKubectl(minor: number, others: KnownKubectl[] = []): KnownKubectl {
  const known = [...others, ...knownKubectls];
  const found = known.find(({ version }) => version.startsWith(`v1.${String(minor)}.`));
  if (found) return found;
  throw new CouldNotCheck(
    `there is no checksum for a kubectl 1.${String(minor)}: add a version and its checksum (kubectl-version; ` +
      `kubectlVersions in the settings). Known are ${known.map(({ version }) => version).join(", ")}.`,
  );
}

/** Reads `v1.36.1=<SHA-256 in hex>`; undefined if it does not look so. */
export function parseKubectlVersion(text: string): KnownKubectl | undefined {
  const [, version, sha256] = /^(v1\.\d+\.\d+)=([0-9a-f]{64})$/.exec(text) ?? [];
  return version && sha256 ? { version, sha256 } : undefined;
}

/**
 * Path of a known kubectl: the runner's tool cache has it, or the PATH, or it is downloaded into the tool cache. A
 * binary with another checksum is never run.
 * @throws CouldNotCheck if it cannot be had.
 */
export async function findKubectl(
  { version, sha256 }: KnownKubectl,
  environment: NodeJS.ProcessEnv,
  temporary: string,
  signal?: AbortSignal,
): Promise<string> {
  const folder = join(environment.RUNNER_TOOL_CACHE || temporary, "kubectl", version.slice(1), "x64");
  const cachedBinary = join(folder, "kubectl");
  if (isFile(cachedBinary)) {
    await verify(cachedBinary, sha256);
    return cachedBinary;
  }
  for (const entry of (environment.PATH ?? "").split(delimiter).filter(Boolean)) {
    const candidate = join(entry, "kubectl");
    if (isFile(candidate) && (await sha256Of(candidate)) === sha256) return candidate;
  }
  const unfinished = join(temporary, `kubectl-${version}`);
  await download(`https://dl.k8s.io/release/${version}/bin/linux/amd64/kubectl`, unfinished, signal);
  await verify(unfinished, sha256);
  chmodSync(unfinished, 0o755);
  return intoToolCache(unfinished, folder);
}

/**
 * Checks a binary against its checksum.
 * @throws CouldNotCheck if it is another one.
 */
export async function verify(path: string, sha256: string): Promise<void> {
  if (!isFile(path)) throw new CouldNotCheck(`there is no kubectl at ${path}.`);
  const actual = await sha256Of(path);
  if (actual !== sha256.toLowerCase()) {
    throw new CouldNotCheck(`${path} has the checksum ${actual} and must have ${sha256}: it is not run.`);
  }
}

/** The tool cache of a self-hosted image can be read-only, or on another disk. */
function intoToolCache(unfinished: string, folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    renameSync(unfinished, join(folder, "kubectl"));
    writeFileSync(`${folder}.complete`, "");
    return join(folder, "kubectl");
  } catch {
    return unfinished;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Longest wait for a part of the download, in milliseconds. */
const downloadTimeout = 30_000;

async function download(address: string, path: string, signal?: AbortSignal): Promise<void> {
  const fail = (why: string) =>
    new CouldNotCheck(
      `kubectl is neither in the runner's tool cache nor, with the right checksum, on its PATH, and ${address} cannot be downloaded: ${why}.`,
    );
  const get = (url: string, redirects: number): Promise<void> =>
    new Promise((resolve, reject) => {
      https
        .get(url, { signal, timeout: downloadTimeout }, (response) => {
          const { statusCode = 0, headers } = response;
          if (statusCode >= 300 && statusCode < 400 && headers.location && redirects > 0) {
            response.resume();
            get(new URL(headers.location, url).href, redirects - 1).then(resolve, reject);
          } else if (statusCode !== 200) {
            response.resume();
            reject(fail(`the answer is ${String(statusCode)}`));
          } else {
            pipeline(response, createWriteStream(path)).then(resolve, (error: Error) => {
              reject(fail(error.message));
            });
          }
        })
        .on("timeout", function (this: ClientRequest) {
          this.destroy(new Error(`nothing came for ${String(downloadTimeout / 1000)} s`));
        })
        .on("error", (error) => {
          reject(fail(error.message));
        });
    });
  await get(address, 3);
}
