// How `npm test` runs all test files: three at a time, as each waits for a third of its time, even of two cores; those first
// that take longest, so that the ends come together.
const { readdirSync } = require("node:fs");
const { join } = require("node:path");
const all = require("../../.mocharc.json");
const slowFiles = require("./slowFiles.json");

const folder = join(__dirname, "..");
const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".test.ts"));
const missing = slowFiles.filter((name) => !files.includes(name));
if (missing.length > 0)
  throw new Error(`test/suite/slowFiles.json names what is not there: ${missing.join(", ")}`);

module.exports = {
  ...all,
  require: [...all.require, "test/suite/watchdog.ts", "test/suite/collectGarbage.ts"],
  parallel: true,
  jobs: 3,
  reporterOptions: { minutes: 70 },
  spec: [...new Set([...slowFiles, ...files.sort()])].map((name) => join(folder, name)),
};
