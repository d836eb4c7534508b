import { execa } from "execa";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedTargetRepository } from "../../../sandbox/github/seed";
import { startGitHub } from "../../../sandbox/github/server";
import { targetRepository } from "../../../sandbox/world";
import type { Engine } from "./engine";

/** Configuration under which the provider does not wait. */
export const fast = { maxRetries: "2", retryDelayMs: "1", writeDelayMs: "0" };

/** A running GitHub over a freshly seeded repository. */
export interface LocalGitHub {
  directory: string;
  /** Address of its REST API, ending in a slash. */
  baseUrl: string;
  /** Configures a provider to work against it. */
  configure(engine: Engine): Promise<void>;
  /** Runs git in the bare repository. */
  git(...args: string[]): Promise<string>;
  /** Asks its REST API, below the repository. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  end(): Promise<void>;
}

const token = "sandbox-token";

export async function startLocalGitHub(): Promise<LocalGitHub> {
  const { owner, name } = targetRepository;
  const directory = await mkdtemp(join(tmpdir(), "providers-github-"));
  await seedTargetRepository({ directory, ...targetRepository });
  const service = await startGitHub({ directory, port: 0, token });
  const baseUrl = `http://127.0.0.1:${String(service.port)}/`;
  return {
    directory,
    baseUrl,
    configure: (engine) => engine.configure({ ...fast, owner, token, baseUrl }),
    git: async (...args) =>
      (await execa("git", ["--git-dir", join(directory, owner, `${name}.git`), ...args])).stdout,
    ask: async (method, path, body) => {
      const response = await fetch(`${baseUrl}repos/${owner}/${name}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
    end: async () => {
      await service.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** The message with which a call is refused. */
export async function messageOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected the call to be refused");
}
