import { createHash } from "node:crypto";
import { appendFile, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkout } from "../../sandbox/folder";
import type { Observed } from "./cases";
import type { Case, Result } from "./play";

/** A command as it went when nothing disturbed it: what it called, and what was there afterwards. */
export interface Calm extends Pick<Observed, "operations"> {
  deployed: string[];
}

/** A result as it is written down: its case by name. */
type Written = Omit<Result, "case"> & { case: string };

/** What a run depends on: the program, and the world that it is deployed in. */
const sources = ["index.ts", "stacks", "components", "committed", "dryrun", "sandbox"];

/** The name of a case, of which there is one. */
export const nameOf = ({ operation, fault }: Case): string => `${operation}, ${fault.name}`;

/** What a run has found out, in its folder, so that another run can go on from there. */
export class Record {
  private constructor(private readonly directory: string) {}

  /** The record of a folder. @throws Error where it is of another program: what survived there may not do so now */
  static async open(directory: string): Promise<Record> {
    const file = join(directory, "program");
    const [found, own] = [await read(file), await hashOf(sources)];
    if (found !== undefined && found !== own)
      throw new Error(
        `${directory} has a run of another version of the program. Delete it, or give another folder.`,
      );
    await writeFile(file, own);
    return new Record(directory);
  }

  /** What undisturbed commands did, if they were played. */
  async calm(): Promise<Calm[] | undefined> {
    const text = await read(this.calmFile());
    return text === undefined ? undefined : (JSON.parse(text) as Calm[]);
  }

  /** Whether the worlds are kept that scenarios begin with. */
  async hasWorlds(): Promise<boolean> {
    return (await read(this.worldsFile())) !== undefined;
  }

  async keepsWorlds(): Promise<void> {
    await writeFile(this.worldsFile(), "");
  }

  async keepCalm(calm: Calm[]): Promise<void> {
    await writeFile(this.calmFile(), JSON.stringify(calm));
  }

  /** The results of those of the cases that survived. */
  async survived(cases: Case[]): Promise<Result[]> {
    const lines = ((await read(this.resultsFile())) ?? "").split("\n").filter(Boolean);
    const byName = new Map(
      lines.map((line) => JSON.parse(line) as Written).map((written) => [written.case, written]),
    );
    return cases.flatMap((one) => {
      const written = byName.get(nameOf(one));
      return written?.problems.length === 0 ? [{ ...written, case: one }] : [];
    });
  }

  async keep(result: Result): Promise<void> {
    const written: Written = { ...result, case: nameOf(result.case) };
    await appendFile(this.resultsFile(), `${JSON.stringify(written)}\n`);
  }

  private calmFile = () => join(this.directory, "calm.json");
  private worldsFile = () => join(this.directory, "kept", "complete");
  private resultsFile = () => join(this.directory, "results.jsonl");
}

async function hashOf(paths: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    const whole = join(checkout, path);
    const files = path.endsWith(".ts") ? [""] : await readdir(whole, { recursive: true });
    for (const file of files.filter((name) => /^$|\.(?:ts|py)$/.test(name)).sort())
      hash.update(`${file}\n`).update(await readFile(join(whole, file)));
  }
  return hash.digest("hex");
}

function read(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
}
