import { expect } from "chai";
import { execa } from "execa";
import { describe, it } from "mocha";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackResult } from "../../../operations/preview/result";

const root = join(__dirname, "..", "..", "..");

/** `npm run preview -- run` with a `pulumi` that prints its arguments and ends with an exit code. */
async function run(exitCode: number) {
  const folder = await mkdtemp(join(tmpdir(), "preview-"));
  try {
    const pulumi = join(folder, "pulumi");
    await writeFile(
      pulumi,
      `#!/bin/sh\necho "pulumi $*"\necho "to standard error" >&2\nexit ${String(exitCode)}\n`,
    );
    await chmod(pulumi, 0o755);
    const outputFile = join(folder, "outputs");
    const ended = await execa(
      process.execPath,
      [
        "--require",
        "ts-node/register/transpile-only",
        "operations/preview.ts",
        "run",
        "--stack",
        "org/project/kr-production",
      ],
      {
        cwd: root,
        reject: false,
        env: { PATH: `${folder}:${process.env.PATH ?? ""}`, GITHUB_OUTPUT: outputFile },
      },
    );
    const [name, ...packed] = (await readFile(outputFile, "utf8")).trim().split("=");
    return { exitCode: ended.exitCode, log: ended.stdout, name, result: unpackResult(packed.join("=")) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("previewing a stack in the workflow", function () {
  this.timeout(60_000);

  it("runs pulumi preview with the policy pack, prints it, and leaves the result as an output with the stack's name", async () => {
    const { exitCode, log, name, result } = await run(0);
    expect(exitCode).to.equal(0);
    expect(log).to.include("preview --stack org/project/kr-production").and.include("--policy-pack policy");
    expect(name).to.equal("kr-production");
    expect(result).to.include({ succeeded: true });
  });

  it("leaves the result of a preview that failed too, and is red", async () => {
    const { exitCode, result } = await run(255);
    expect(exitCode).to.equal(255);
    expect(result?.succeeded).to.equal(false);
    expect(result?.output).to.include("to standard error");
  });
});
