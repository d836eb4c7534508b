import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { bundleAll } from "../../sandbox/engine/bundle";
import { checkout } from "../../sandbox/folder";
import { bundleMark } from "../../sandbox/keptFiles.cjs";

describe("the bundle of a program", () => {
  let folder: string;

  before(async () => {
    // In the checkout, as what a program imports is looked for upwards from it.
    await mkdir(join(checkout, ".sandbox"), { recursive: true });
    folder = await mkdtemp(join(checkout, ".sandbox", "bundle-"));
    await write("program.ts", 'import { said } from "./said";\nconsole.log(said satisfies string);\n');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const bundled = async (name: string) => {
    const file = join(folder, "bundles", name);
    await bundleAll([{ entry: join(folder, "program.ts"), file }]);
    return { text: await readFile(file, "utf8"), out: (await execa(process.execPath, [file])).stdout };
  };

  /** Changes the text of what is kept of this test's program. */
  const changeKept = async (change: (text: string) => string) => {
    const kept = join(checkout, "node_modules", ".cache", "bundled");
    for (const name of await readdir(kept)) {
      const read = await readFile(join(kept, name), "utf8").catch(() => "");
      if (!read.includes(join(folder, "said.ts"))) continue;
      const { text, ...rest } = JSON.parse(read) as { text: string };
      await writeFile(join(kept, name), JSON.stringify({ ...rest, text: change(text) }));
    }
  };

  it("is the same as long as its sources are, and another once one of them changes", async () => {
    await write("said.ts", 'export const said = "one";\n');
    const first = await bundled("first.js");
    expect(first.out).to.equal("one");
    expect((await bundled("second.js")).text).to.equal(first.text);
    await changeKept((text) => `${text}console.log("kept");\n`);
    expect((await bundled("kept.js")).out, "it is made each time").to.equal("one\nkept");
    await write("said.ts", 'export const said = "other";\n');
    expect((await bundled("third.js")).out).to.equal("other");
  });

  it("is made anew where a source is gone, and then says so", async () => {
    await write("said.ts", 'export const said = "one";\n');
    await bundled("first.js");
    await rm(join(folder, "said.ts"));
    const error = await bundled("second.js").then(
      () => undefined,
      (refusal: unknown) => String(refusal),
    );
    expect(error).to.include("./said");
  });

  it("may load a module of Node.js later, from what V8 keeps of it too", async () => {
    await write(
      "program.ts",
      'void import("node:path").then(({ sep }) => {\n  console.log("later", sep);\n});\n',
    );
    const { text } = await bundled("first.js");
    expect(text.startsWith(bundleMark)).to.equal(true);
    const require = ["--require", join(checkout, "sandbox", "compileCache.cjs")];
    for (const name of ["second.js", "third.js"]) {
      await bundled(name);
      const { stdout } = await execa(process.execPath, [...require, join(folder, "bundles", name)]);
      expect(stdout).to.equal("later /");
    }
  });
});
