// The program of the gate job. Its compiled text is embedded in the workflow (gateJob.ts).
import { gate, type GateEnvironment, type Needs } from "./gate";

const { NEEDS = "", ENVIRONMENTS = "" } = process.env;
const { ok, lines } = gate(JSON.parse(NEEDS) as Needs, JSON.parse(ENVIRONMENTS) as GateEnvironment[]);
for (const line of lines) console.log(line);
process.exitCode = ok ? 0 : 1;
