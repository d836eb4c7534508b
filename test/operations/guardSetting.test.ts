import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { guardText } from "../../committed/guardText";
import { guardPath } from "../../committed/paths";
import { guardedKindsOf, releaseKindsOf } from "../../operations/guardSetting";
import { committedText, own, up } from "../stacks/up";

describe("the kinds of the guard that npm run guard prints", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "stack-files-"));
    await write("Pulumi.yaml", "name: eks-dryrun-runner");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, text: string) => writeFile(join(folder, name), `${text}\n`);
  const stack = "ja-production";
  const kinds = () => guardedKindsOf(stack, folder);

  it("are those of the stack's own file, before those that all stacks share", async () => {
    const shared = "config:\n  eks-dryrun-runner:guardedKinds:\n    value: [services]";
    await write("Pulumi.yaml", `name: eks-dryrun-runner\n${shared}`);
    await write(`Pulumi.${stack}.yaml`, "config:\n  aws:region: ap-northeast-1");
    expect(await kinds()).to.deep.equal(["services"]);
    await write(`Pulumi.${stack}.yaml`, "config:\n  eks-dryrun-runner:guardedKinds: [jobs.batch]");
    expect(await kinds()).to.deep.equal(["jobs.batch"]);
    // As `pulumi config set` writes it.
    await write(`Pulumi.${stack}.yaml`, `config:\n  eks-dryrun-runner:guardedKinds: '["jobs.batch"]'`);
    expect(await kinds()).to.deep.equal(["jobs.batch"]);
  });

  it("are the default's where no file names any", async () => {
    await write(`Pulumi.${stack}.yaml`, "config:\n  aws:region: ap-northeast-1");
    expect(await kinds()).to.equal(undefined);
  });

  it("make the manifest that the home stack commits with the same setting", async () => {
    const setting = ["deployments.apps", "widgets.example.org"];
    await write(
      `Pulumi.${stack}.yaml`,
      `config:\n  eks-dryrun-runner:guardedKinds: ${JSON.stringify(setting)}`,
    );
    const run = await up(stack, { config: { [own("guardedKinds")]: JSON.stringify(setting) } });
    expect(guardText({ kinds: (await kinds()) ?? [] })).to.equal(committedText(run, guardPath));
  });

  it("go with those of releases where the settings have them applied, and with none where not", async () => {
    const ofReleases = async (settings: string) => {
      await write(`Pulumi.${stack}.yaml`, `config:\n  aws:region: ap-northeast-1${settings}`);
      return releaseKindsOf(stack, folder);
    };
    const enabled = "\n  eks-dryrun-runner:apply: enabled";
    expect(await ofReleases("")).to.equal(undefined);
    expect(await ofReleases("\n  eks-dryrun-runner:apply: disabled")).to.equal(undefined);
    expect(await ofReleases(enabled)).to.deep.equal([]);
    expect(await ofReleases(`${enabled}\n  eks-dryrun-runner:applyKinds: [secrets]`)).to.deep.equal([
      "secrets",
    ]);
  });

  it("are refused by key and file where they are no list, with the command that mends it", async () => {
    await write(`Pulumi.${stack}.yaml`, "config:\n  eks-dryrun-runner:guardedKinds: deployments.apps");
    const message = await kinds().then(String, (error: Error) => error.message);
    expect(message).to.match(
      /^eks-dryrun-runner:guardedKinds in \S+Pulumi\.ja-production\.yaml is "deployments\.apps", expected plural names.*guard -- kinds/,
    );
  });

  it("are not guessed for a stack that has no file", async () => {
    const message = await kinds().then(String, (error: Error) => error.message);
    expect(message).to.match(/^There is no \S+Pulumi\.ja-production\.yaml/);
  });
});
