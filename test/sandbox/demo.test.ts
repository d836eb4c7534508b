import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { afterEach, describe, it } from "mocha";
import { linesOf } from "../../sandbox/demo/events";
import { checkout, SandboxFolder } from "../../sandbox/folder";
import { reset } from "../../sandbox/lifecycle";
import { processesOf } from "../../sandbox/processes";

const urn = "urn:pulumi:dev::small::small:index:Network$aws:ec2/subnet:Subnet::first";
const step = { op: "create", urn, type: "aws:ec2/subnet:Subnet", provider: "urn:aws", diffs: [] };

describe("what the demo shows of the engine's events", () => {
  it("is one line for a resource that changes, and none for one that does not", () => {
    expect(linesOf({ resOutputsEvent: { metadata: step } })).to.deep.equal([
      `  + ${"aws:ec2:Subnet".padEnd(34)} first`,
    ]);
    expect(linesOf({ resOutputsEvent: { metadata: { ...step, op: "same" } } })).to.deep.equal([]);
    const [line] = linesOf({ resOutputsEvent: { metadata: { ...step, op: "update", diffs: ["tags"] } } });
    expect(line).to.match(/^ {2}~ .* first {2}\(tags\)$/);
  });

  it("is nothing for components and Pulumi's own resources", () => {
    expect(linesOf({ resOutputsEvent: { metadata: { ...step, provider: "" } } })).to.deep.equal([]);
    expect(
      linesOf({ resOutputsEvent: { metadata: { ...step, type: "pulumi:providers:aws" } } }),
    ).to.deep.equal([]);
  });

  it("is the whole text of errors and warnings, and nothing of debugging", () => {
    const message = "no such cluster\n  make one\n";
    expect(linesOf({ diagnosticEvent: { severity: "error", message, urn } })).to.deep.equal([
      "  error: first: no such cluster",
      "    make one",
    ]);
    expect(linesOf({ diagnosticEvent: { severity: "debug", message } })).to.deep.equal([]);
  });

  it("closes with the counts", () => {
    const summaryEvent = { durationSeconds: 3, resourceChanges: { create: 4, same: 18 }, isPreview: true };
    expect(linesOf({ summaryEvent })).to.deep.equal(["  4 to create, 18 unchanged (3 s)"]);
    expect(linesOf({ summaryEvent: { ...summaryEvent, isPreview: false } })).to.deep.equal([
      "  4 created, 18 unchanged (3 s)",
    ]);
  });
});

describe("the demo", function () {
  // The first start on a machine builds the engine, which takes minutes.
  this.timeout(900_000);
  const name = `demo-test-${String(process.pid)}`;
  const folder = SandboxFolder.named(name);

  afterEach(() => reset(folder));

  for (const [moment, signal] of [
    ["Starting the local AWS", "SIGINT"],
    ["aws:iam:Role", "SIGINT"],
    ["aws:iam:Role", "SIGTERM"],
  ] as const)
    it(`leaves no process behind when it gets ${signal} at "${moment}"`, async () => {
      const demo = spawn("npm", ["run", "demo", "--", "--name", name], {
        cwd: checkout,
        detached: true,
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(demo, "exit");
      for await (const line of createInterface(demo.stdout)) {
        if (!line.includes(moment) || demo.pid === undefined) continue;
        // Ctrl-C at a terminal reaches the whole process group; other signals come to one process.
        process.kill(signal === "SIGINT" ? -demo.pid : demo.pid, signal);
        break;
      }
      demo.stdout.resume();
      const [code] = (await ended) as [number | null];
      expect(code).not.to.equal(0);
      expect(processesOf(folder)).to.deep.equal([]);
    });
});
