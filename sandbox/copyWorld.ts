import { cp, rm } from "node:fs/promises";
import { join } from "node:path";

/** What a sandbox's whole state consists of, below its folder: AWS and GitHub, Pulumi's state, the stack files. */
const parts = ["world", "pulumi-state", "project"];

/** Copies the state of a sandbox that does not run into the place of another's. Both are folders of sandboxes. */
export async function copyWorld(from: string, to: string): Promise<void> {
  for (const part of parts) {
    // A server that was just stopped may still write its last state.
    await rm(join(to, part), { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    await cp(join(from, part), join(to, part), { recursive: true });
  }
}
