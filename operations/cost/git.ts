import { spawn, spawnSync } from "node:child_process";

/** git in a clone that is only read. */
export class Git {
  constructor(private readonly folder: string) {}

  /**
   * What a command prints.
   * @throws Error if it fails
   */
  read(args: string[]): string {
    const { status, stdout, stderr, error } = spawnSync("git", ["-C", this.folder, ...args], {
      encoding: "utf8",
      maxBuffer: 2 ** 29,
    });
    if (error) throw new Error(`--repo ${this.folder}: git could not be run (${error.message})`);
    if (status !== 0) throw new Error(`--repo ${this.folder}: git ${args[0] ?? ""} failed: ${stderr.trim()}`);
    return stdout;
  }

  /**
   * Bytes of a pack of objects, by their ids.
   * @throws Error if git fails
   */
  packSize(ids: string[]): Promise<number> {
    const args = ["-C", this.folder, "pack-objects", "--stdout", "-q", "--delta-base-offset"];
    const packing = spawn("git", args, { stdio: ["pipe", "pipe", "pipe"] });
    let bytes = 0;
    let problem = "";
    packing.stdout.on("data", (chunk: Buffer) => (bytes += chunk.length));
    packing.stderr.on("data", (chunk: Buffer) => (problem += chunk.toString("utf8")));
    packing.stdin.on("error", () => undefined).end(`${ids.join("\n")}\n`);
    return new Promise((resolve, reject) => {
      packing.on("error", reject);
      packing.on("close", (status) => {
        if (status === 0) resolve(bytes);
        else reject(new Error(`--repo ${this.folder}: git pack-objects failed: ${problem.trim()}`));
      });
    });
  }
}
