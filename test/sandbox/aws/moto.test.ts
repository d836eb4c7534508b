import { CreateVpcCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { execa } from "execa";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "mocha";
import { startMoto } from "../../../sandbox/aws/moto";
import { ensurePython } from "../../../sandbox/toolchain/python";

const program = join(__dirname, "../../../sandbox/aws/moto_server.py");

describe("moto of the local AWS", function () {
  this.timeout(240_000);
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "moto-"));
  });
  after(() => rm(directory, { recursive: true }));

  it("has every change that it answered, even when it was killed", async () => {
    const first = await start(directory);
    const { Vpc } = await first.ec2.send(new CreateVpcCommand({ CidrBlock: "10.77.0.0/16" }));
    first.child.kill("SIGKILL");
    await first.child;

    const second = await start(directory);
    const { Vpcs } = await second.ec2.send(new DescribeVpcsCommand({}));
    second.child.kill("SIGTERM");
    await second.child;
    expect(Vpcs?.map(({ VpcId }) => VpcId)).to.include(Vpc?.VpcId);
  });

  it("forgets what it has for what its folder has, when it is told to", async () => {
    const { python } = await ensurePython(() => undefined);
    const moto = await startMoto({ directory, python });
    const ec2 = moto.ec2("ap-south-1");
    const ranges = async () =>
      (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.map(({ CidrBlock }) => CidrBlock);
    await ec2.send(new CreateVpcCommand({ CidrBlock: "10.78.0.0/16" }));
    const [state, kept] = [join(directory, "moto.pickle"), join(directory, "kept.pickle")];
    await copyFile(state, kept);
    await ec2.send(new CreateVpcCommand({ CidrBlock: "10.79.0.0/16" }));
    expect(await ranges()).to.include("10.79.0.0/16");
    // Clients write it with each request, reads too.
    await copyFile(kept, state);
    await moto.reload();
    expect(await ranges())
      .to.include("10.78.0.0/16")
      .and.not.include("10.79.0.0/16");
    await moto.stop();
  });

  it("ends when whoever started it is gone", async () => {
    const { child } = await start(directory);
    child.stdin.end();
    expect((await child).exitCode).to.equal(0);
  });
});

async function start(directory: string) {
  const { python } = await ensurePython(() => undefined);
  const child = execa(python, [program, "0", join(directory, "moto.pickle")], {
    stdin: "pipe",
    reject: false,
    buffer: false,
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const endpoint = `http://127.0.0.1:${line.replace("listening on ", "")}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return { child, ec2: new EC2Client({ endpoint, region: "ap-northeast-1", credentials }) };
}
