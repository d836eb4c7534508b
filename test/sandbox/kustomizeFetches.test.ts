import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { refuseRemotes } from "../../dryrun/render/addresses";
import { CouldNotCheck } from "../../dryrun/couldNotCheck";
import { sourcesOf } from "../../dryrun/render/kustomization";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { Canary } from "../attacks/fetches/canary";
import { type FolderFiles, spellings } from "../attacks/fetches/spellings";

// What kustomize would really do is kustomize's to say: each spelling is first seen to fetch.
describe("an address that kustomize fetches", function () {
  this.timeout(60_000);
  let canary: Canary;
  let kubectl: string;
  const root = mkdtempSync(join(tmpdir(), "fetches-"));

  before(async () => {
    kubectl = await ensureKubectl(35);
    canary = await Canary.open();
  });
  after(() => {
    canary.close();
    rmSync(root, { recursive: true });
  });

  const folderOf = (name: string, files: FolderFiles): string => {
    const folder = name.replace(/\W+/g, "-");
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, folder, path)), { recursive: true });
      writeFileSync(join(root, folder, path), content);
    }
    return folder;
  };
  const refusal = (folder: string) => {
    try {
      refuseRemotes(sourcesOf(root, folder).remotes, []);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const fetches = async (folder: string, path: string) => {
    await execa(kubectl, ["kustomize", join(root, folder)], { reject: false });
    return canary.asked.some((asked) => asked === path);
  };

  for (const [name, files] of Object.entries(spellings)) {
    it(`is refused where it stands as ${name}`, async () => {
      const path = `/${name.replace(/\W+/g, "-")}`;
      const folder = folderOf(name, files(canary.url + path));
      expect(refusal(folder)).to.be.instanceOf(CouldNotCheck);
      expect(await fetches(folder, path), "kustomize does not fetch it any more: strike the row").to.equal(
        true,
      );
    });
  }

  it("is refused behind a link, whose neighbours are others than they seem", async () => {
    const folder = folderOf("linked", {
      "kustomization.yaml": "resources: [link]\n",
      "far/base/kustomization.yaml": "resources: [../next]\n",
      "far/next/kustomization.yaml": `resources: ["${canary.url}/linked"]\n`,
    });
    symlinkSync("far/base", join(root, folder, "link"));
    expect(refusal(folder)).to.be.instanceOf(CouldNotCheck);
    expect(await fetches(folder, "/linked")).to.equal(true);
  });
});
