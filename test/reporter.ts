import { relative } from "node:path";
import Mocha from "mocha";

/** What the configuration of the whole suite says. */
interface Options extends Mocha.MochaOptions {
  reporterOptions?: { minutes?: number };
  files?: string[];
}

/** Mocha's title of what failed in no test. */
const outside = "Uncaught error outside test suite";

/** How many of the slowest files are named. */
const slowest = 15;

/**
 * Mocha's `spec` reporter, closing with the line `N passed, N failed` that continuous integration reads. Of the whole
 * suite it also says which files took longest, and it ends it with what has not ended once its time is over.
 */
export default class ClosingLineReporter extends Mocha.reporters.Spec {
  /** Milliseconds of tests and hooks by file. */
  private readonly times = new Map<string, number>();
  private readonly isSuite: boolean;

  constructor(runner: Mocha.Runner, options: Options) {
    super(runner, options);
    const { minutes } = options.reporterOptions ?? {};
    this.isSuite = minutes !== undefined;
    if (minutes !== undefined) this.endAfter(minutes, options.files ?? []);
    for (const event of ["test end", "hook end"] as const)
      runner.on(event, ({ file, duration = 0 }: Mocha.Runnable) => {
        if (file) this.times.set(file, (this.times.get(file) ?? 0) + duration);
      });
    // A process of tests that was ended, or a file that could not be loaded: mocha says no more than "outside test suite".
    runner.prependListener("fail", (test: Mocha.Runnable, error: { file?: string }) => {
      if (error.file && test.title === outside) test.title = `${shown(error.file)}: ${outside}`;
    });
  }

  override epilogue(): void {
    // With several processes mocha tells of the end before it tells of the last files that could not be run.
    setImmediate(() => {
      super.epilogue();
      if (this.isSuite) this.tellSlowest();
      this.close(this.stats.failures);
    });
  }

  private endAfter(minutes: number, files: string[]): void {
    const end = () => {
      const open = files.filter((file) => !this.times.has(file));
      console.log(`The tests have not ended after ${String(minutes)} minutes. These files have not:`);
      for (const file of open) console.log(`  ${shown(file)}`);
      this.close(this.stats.failures + Math.max(open.length, 1));
      process.exit(1);
    };
    setTimeout(end, minutes * 60_000).unref();
  }

  private tellSlowest(): void {
    const sorted = [...this.times].sort(([, one], [, other]) => other - one).slice(0, slowest);
    console.log("Slowest files:");
    for (const [file, time] of sorted)
      console.log(`${(time / 1000).toFixed(0).padStart(6)} s  ${shown(file)}`);
    console.log();
  }

  private close(failures: number): void {
    console.log(`${String(this.stats.passes)} passed, ${String(failures)} failed`);
  }
}
module.exports = ClosingLineReporter;

const shown = (file: string) => relative(process.cwd(), file);
