import { inlineCode } from "../../../dryrun/report/inertText";
import { summaryOf } from "../../../dryrun/report/markdown";
import { readAppliedReport } from "../../comment/readReport";

/** Longest text of a release that GitHub takes, in characters. */
const longestText = 125_000;

/** Smallest room in which a report can be shown, in bytes. */
const smallestReport = 16_384;

const begin = "<!-- eks-dryrun-runner applied -->";
const end = "<!-- end of applied -->";

/** What came of a release in an environment. */
export interface Applied {
  name: string;
  /** What GitHub says of its job, such as `success` or `skipped`. */
  result: string;
  /** The report of the apply, packed; empty if there is none. */
  report: string;
}

/** The text of a release with what was applied at its end, in the place of what stood there of an earlier attempt. */
export function releaseText(before: string, applied: Applied[], runUrl: string): string {
  const [first = "", rest = ""] = before.replaceAll("\r\n", "\n").split(begin);
  const own = [first.trim(), rest.split(end)[1]?.trim()].filter(Boolean).join("\n\n");
  const room = longestText - own.length - 2_000;
  const parts = applied.map((one) => partOf(one, runUrl, Math.floor(room / applied.length)));
  return [own, begin, `# Applied\n\n[Run](${runUrl})`, ...parts, end].filter(Boolean).join("\n\n");
}

function partOf({ name, result, report }: Applied, runUrl: string, room: number): string {
  try {
    if (room < smallestReport) throw new Error("there is no room for its report.");
    return summaryOf(readAppliedReport(report, name).report, room).trim();
  } catch (error) {
    const sign = result === "success" ? "✅" : result === "skipped" ? "➖" : "❌";
    const why = result === "skipped" ? "not applied." : (error as Error).message;
    return `## ${sign} ${inlineCode(name)}: ${result}\n\nNo report is shown: ${why} See the [run](${runUrl}).`;
  }
}
