// The thread of ./watchdog.ts. Plain JavaScript: a thread that loads TypeScript's compiler costs a second of each process.
import { writeSync } from "node:fs";
import { setInterval } from "node:timers";
import { parentPort, workerData } from "node:worker_threads";

/** `beats`: a counter that the tests' thread moves on; `patience`: for how many seconds it may stand still. */
const { beats, patience } = workerData;
let doing = "no test yet";
let last = -1;
let since = Date.now();

parentPort.on("message", (test) => {
  doing = test;
});
setInterval(() => {
  const now = Atomics.load(beats, 0);
  if (now !== last) [last, since] = [now, Date.now()];
  if (Date.now() - since < patience * 1000) return;
  writeSync(2, `Nothing else could run for ${patience} s, so the process of this test is ended: ${doing}\n`);
  process.kill(process.pid, "SIGKILL");
}, 1000);
