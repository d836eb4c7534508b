import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Context, RootHookObject } from "mocha";

/** For how many seconds the thread of the tests may do nothing but compute. Mocha's own time limits need it to let go. */
const patience = Number(process.env.TEST_BLOCKED_SECONDS ?? 300);

let watchdog: Worker | undefined;

/**
 * Ends a process of tests that computes for ever, and says in which test: nothing else could.
 * Root hooks: https://mochajs.org/explainers/root-hook-plugins/
 */
export const mochaHooks: RootHookObject = {
  beforeAll() {
    watchdog ??= startWatchdog();
  },
  beforeEach(this: Context) {
    watchdog?.postMessage(`${this.currentTest?.file ?? ""}: ${this.currentTest?.fullTitle() ?? ""}`);
  },
};

function startWatchdog(): Worker {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  setInterval(() => Atomics.add(beats, 0, 1), 1000).unref();
  // Without what this process was started with: it would load the TypeScript compiler.
  const options = { workerData: { beats, patience }, execArgv: [] };
  const worker = new Worker(join(__dirname, "watchdogThread.mjs"), options);
  worker.unref();
  return worker;
}
