import { readdirSync, readFileSync } from "node:fs";

/** How often processes are looked at, in milliseconds. */
const interval = 50;

/**
 * Watches the memory of a process and all it starts, while something runs.
 * @param mark text in the command line of the process, and of no other.
 * @returns the most resident memory of all of them together, in bytes.
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
      kilobytes: Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1] ?? 0),
    }));
  const watched = new Set(processes.filter(({ command }) => command.includes(mark)).map(({ id }) => id));
  for (const { id, parent } of processes) if (watched.has(parent)) watched.add(id);
  return processes
    .filter(({ id }) => watched.has(id))
    .reduce((sum, { kilobytes }) => sum + kilobytes * 1024, 0);
}

/** A process can be gone already. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
