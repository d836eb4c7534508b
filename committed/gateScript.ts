// The program of the gate job. Its compiled text is embedded in the workflow (gateJob.ts).
import { gate } from "./gate";
import type { Needs } from "./needs";
import type { JudgedEnvironment } from "./outcome";

const { NEEDS = "", ENVIRONMENTS = "", RUNNER_START_MINUTES = "" } = process.env;
const environments = JSON.parse(ENVIRONMENTS) as JudgedEnvironment[];
const { ok, lines } = gate(JSON.parse(NEEDS) as Needs, environments, Number(RUNNER_START_MINUTES));
for (const line of lines) console.log(line);
process.exitCode = ok ? 0 : 1;
