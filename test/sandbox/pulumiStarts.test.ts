import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { describe, it } from "mocha";
import { checkout } from "../../sandbox/folder";

/** Runs a text as a program of the sandbox is run. @returns what it prints */
async function run(text: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const preload = ["--require", join(checkout, "sandbox", "pulumiStarts.cjs")];
  const { stdout } = await execa(process.execPath, [...preload, "--eval", text], { cwd: checkout, env });
  return JSON.parse(stdout);
}

describe("what @pulumi/pulumi does at each start", () => {
  it("loads npm's view of the dependencies only where somebody asks for it", async () => {
    const text = `require("@pulumi/pulumi");
      const isLoaded = () => Object.keys(require.cache).some((path) => path.includes("@npmcli/arborist"));
      const before = isLoaded();
      // As npm itself does it, which runs with the same options where a program of the sandbox starts it.
      const Arborist = require("@npmcli/arborist");
      console.log(JSON.stringify([before, isLoaded(), new Arborist({ path: "." }).path]));`;
    expect(await run(text)).to.deep.equal([false, true, checkout]);
  });

  it("serialises a function that needs a package as it does by itself", async () => {
    const text = `const { runtime } = require("@pulumi/pulumi");
      runtime.computeCodePaths().then((paths) => console.log(JSON.stringify(paths.has("node_modules/execa"))));`;
    expect(await run(text)).to.equal(true);
  });

  const traces = `const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    const promise = Promise.resolve();
    void debuggablePromise(promise, "a name");
    const { _debugCtx, _debugStackTrace } = promise;
    const lines = (text) => text.split("\\n").length;
    console.log(JSON.stringify([_debugCtx, lines(_debugStackTrace), lines(new Error().stack) > 1]));`;

  it("notes no trace of a promise, and other errors have theirs", async () => {
    expect(await run(traces)).to.deep.equal(["a name", 1, true]);
  });

  it("notes the traces where somebody looks for promises that never settle", async () => {
    const [name, lines] = (await run(traces, { PULUMI_DEBUG_PROMISE_LEAKS: "1" })) as [string, number];
    expect(name).to.equal("a name");
    expect(lines).to.be.above(1);
  });
});
