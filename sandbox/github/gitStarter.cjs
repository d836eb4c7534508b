// The small process that ./gitCommand.ts has git started by.
const { spawn } = require("node:child_process");

process.on("message", ({ id, args, env, input }) => {
  const output = [];
  const errors = [];
  const child = spawn("git", args, { env });
  child.stdout.on("data", (chunk) => output.push(chunk));
  child.stderr.on("data", (chunk) => errors.push(chunk));
  // git need not read all of it.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  child.once("error", (error) => process.send({ id, exitCode: 127, output: "", errors: error.message }));
  child.once("close", (exitCode) => {
    if (child.pid === undefined) return;
    const [stdout, stderr] = [output, errors].map((chunks) => Buffer.concat(chunks).toString("utf8"));
    process.send({ id, exitCode, output: stdout, errors: stderr });
  });
});

process.once("disconnect", () => process.exit());
