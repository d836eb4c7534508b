import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Observed } from "./cases";
import type { Case, Result } from "./play";

/** A command as it went when nothing disturbed it: what it called, and what was there afterwards. */
export interface Calm extends Pick<Observed, "operations"> {
  deployed: string[];
}

/** A result as it is written down: its case by name. */
type Written = Omit<Result, "case"> & { case: string };

/** The name of a case, of which there is one. */
export const nameOf = ({ operation, fault }: Case): string => `${operation}, ${fault.name}`;

/** What a run has found out, in its folder, so that another run can go on from there. */
export class Record {
  constructor(private readonly directory: string) {}

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
    await mkdir(dirname(this.resultsFile()), { recursive: true });
    await appendFile(this.resultsFile(), `${JSON.stringify(written)}\n`);
  }

  private calmFile = () => join(this.directory, "calm.json");
  private worldsFile = () => join(this.directory, "kept", "complete");
  private resultsFile = () => join(this.directory, "results.jsonl");
}

function read(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
}
