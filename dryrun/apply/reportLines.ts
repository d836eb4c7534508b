import { pack } from "../report/pack";
import type { Report } from "../report/types";

/** Begins each line of a log that holds a part of a report. */
export const reportLineStart = "k8s-apply-report";

/** Longest line: CloudWatch Logs and CodeBuild take longer ones apart. */
const longestLine = 8_000;

/**
 * A report as lines of a build's log, from which whoever follows the build reads it again: `k8s-apply-report <n>/<total>
 * <part of the packed report>`.
 */
export function reportLines(report: Report): string[] {
  const packed = pack(report);
  const size = longestLine - `${reportLineStart} 999/999 `.length;
  const parts = Array.from({ length: Math.ceil(packed.length / size) }, (_, at) =>
    packed.slice(at * size, (at + 1) * size),
  );
  return parts.map((part, at) => `${reportLineStart} ${String(at + 1)}/${String(parts.length)} ${part}`);
}

/**
 * The packed report in the lines of a build's log, as `unpack` takes it.
 * @returns undefined if it is not there whole.
 */
export function packedReportIn(lines: string[]): string | undefined {
  const pattern = new RegExp(`^${reportLineStart} (\\d+)/(\\d+) ([A-Za-z0-9+/]+=*)\\s*$`);
  const parts = new Map<number, string>();
  let total = 0;
  for (const line of lines) {
    const [, number, of, part] = pattern.exec(line) ?? [];
    if (part === undefined) continue;
    total = Number(of);
    parts.set(Number(number), part);
  }
  const all = Array.from({ length: total }, (_, at) => parts.get(at + 1));
  return total > 0 && all.every((part) => part !== undefined) ? all.join("") : undefined;
}
