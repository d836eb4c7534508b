import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apply } from "./apply/apply";
import { applyLogText } from "./apply/log";
import { type ApplyOptions, readApplyOptions } from "./apply/options";
import { reportLines } from "./apply/reportLines";
import { CouldNotCheck, crashText } from "./couldNotCheck";
import { largestSummary, summaryOf } from "./report/markdown";

/** How a build is stopped. */
const endings = ["SIGINT", "SIGTERM"] as const;

async function main(options: ApplyOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "k8s-apply-"));
  const ended = new AbortController();
  const end = () => {
    ended.abort();
  };
  for (const signal of endings) process.once(signal, end);
  // A log that nobody takes any more must not end an apply half-way.
  process.stdout.on("error", () => undefined);
  try {
    const report = await apply(options, folder, ended.signal, (line) => {
      console.log(line);
    });
    console.log(applyLogText(report));
    if (options.reportFile) writeFileSync(options.reportFile, `${JSON.stringify(report, null, 2)}\n`);
    if (options.summaryFile) appendFileSync(options.summaryFile, summaryOf(report, largestSummary));
    console.log(reportLines(report).join("\n"));
    return report.exitCode;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(): Promise<number> {
  try {
    const options = readApplyOptions(process.argv.slice(2));
    return options ? await main(options) : 0;
  } catch (error) {
    const message = error instanceof CouldNotCheck ? error.message : crashText(error);
    console.error(`Could not be applied: ${message}`);
    return 1;
  }
}

void start().then((exitCode) => {
  process.exitCode = exitCode;
});
