import { readdirSync, readFileSync } from "node:fs";

/** How often processes are looked at, in milliseconds. */
const interval = 100;

/**
 * Watches the memory of a process and all it starts, while something runs.
 * @param mark text in the command line of the process, and of no other.
 * @returns the most memory of all of them together, in bytes.
 */
export async function peakMemory<Result>(
  mark: string,
  task: () => Promise<Result>,
): Promise<[Result, number]> {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(mark));
  }, interval);
  try {
    return [await task(), peak];
  } finally {
    clearInterval(timer);
  }
}

function residentBytes(mark: string): number {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      id: name,
      command: read(`/proc/${name}/cmdline`),
      parent: /^PPid:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1] ?? "",
    }));
  const watched = new Set(processes.filter(({ command }) => command.includes(mark)).map(({ id }) => id));
  for (const { id, parent } of processes) if (watched.has(parent)) watched.add(id);
  return [...watched].reduce((sum, id) => sum + bytesOf(id), 0);
}

/** What several processes have in common, such as the text of kubectl, counts once. */
function bytesOf(id: string): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0) * 1024;
}

/** A process can be gone already. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
