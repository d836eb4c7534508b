import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { checkout } from "../../sandbox/folder";
import { bundleMark } from "../../sandbox/keptFiles.cjs";

const kept = join(checkout, "node_modules", ".cache", "compiled");

/** Everything that a module sees of the way in which it was loaded, and where its errors say that they come from. */
const curious = `const here = new Error().stack.split("\\n")[1]; let child = require("./child");
console.log(here, child.name, child.line, module.children.length, require.main === module, child.parent === module);
console.log(__filename in require.cache, require.resolve("./child"), require.resolve.paths("x").length);
console.log(this === module.exports, __filename, __dirname, typeof require.extensions[".js"]);
// What import("./later.mjs") does is another module's matter.
console.log("A text may say import(x)", { import(what) { return what; } }.import("and a method may be called so"));
require("./importing").import();
process.on("exit", () => console.log(require("./forTheShell").name));
`;

describe("what V8 compiled of a module", () => {
  /** In the program's text, so that nothing of an earlier run is meant. */
  const word = `word${String(process.pid)}x${String(Date.now())}`;
  let folder: string;

  before(async () => {
    await mkdir(join(checkout, ".sandbox"), { recursive: true });
    folder = await mkdtemp(join(checkout, ".sandbox", "compiled-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The kept files that hold a text, each with what tells it from one that is written in its place. */
  const filesWith = async (text: string) => {
    const names = await readdir(kept, { recursive: true }).catch(() => []);
    const files = await Promise.all(
      names.map(async (name) => {
        const content = await readFile(join(kept, name), "latin1").catch(() => "");
        return content.includes(text) ? [name, (await stat(join(kept, name))).ino] : [];
      }),
    );
    return files.filter(({ length }) => length > 0).sort() as [string, number][];
  };
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const run = async (program: string, ...args: string[]) => {
    const env = { NODE_OPTIONS: "" };
    return (await execa(process.execPath, [...args, resolve(folder, program)], { env })).stdout;
  };
  const remembering = (name = ".") =>
    run(join(name, "program.js"), "--require", join(checkout, "sandbox", "compileCache.cjs"));

  it("is kept by the first run and used by the next, and both see what they see without it", async () => {
    await write(
      "child.js",
      `exports.name = "${word}"; exports.line = new Error().stack.split("\\n")[1];
      exports.parent = module.parent;\n`,
    );
    await write(
      "importing.js",
      `exports.import = () => import("./later.mjs").then(({ word }) => console.log(word));
      new Function("return import('node:fs')")().then(() => console.log("also from a text"));\n`,
    );
    await write("later.mjs", `export const word = "${word}";\n`);
    await write("forTheShell.js", `#!/usr/bin/env node\nexports.name = "${word}";\n`);
    await write("program.js", curious);
    const without = await run("program.js");
    expect(without).to.include("program.js:1:14").and.include("true true").and.include("also from a text");
    expect(await filesWith(word)).to.deep.equal([]);
    const first = await remembering();
    const files = await filesWith(word);
    expect(files).to.not.deep.equal([]);
    expect([first, await remembering()]).to.deep.equal([without, without]);
    // What is not used is compiled and kept anew.
    expect(await filesWith(word)).to.deep.equal(files);
  });

  it("is not taken for the same text elsewhere, whose errors name that file", async () => {
    await write("child.js", `module.exports = (at) => at + "${word}";\n`);
    await write("program.js", `console.log(require("./child")(new Error().stack));\n`);
    for (const name of ["one", "other"]) {
      await mkdir(join(folder, name));
      for (const file of ["child.js", "program.js"])
        await copyFile(join(folder, file), join(folder, name, file));
      expect(await remembering(name)).to.include(`${join(folder, name, "program.js")}:1:`);
    }
  });

  it("is one for all copies of a bundle, wherever they are, whose errors name no folder; of others there it is none", async () => {
    const program = `console.log(__dirname, new Error("${word}-copied").stack);\n`;
    const elsewhere = await mkdtemp(join(tmpdir(), "compiled-"));
    try {
      for (const name of ["other", "one", "two"]) {
        await mkdir(join(elsewhere, name));
        const mark = name === "other" ? "//" : bundleMark;
        await writeFile(join(elsewhere, name, "program.js"), `${mark}\n${program}`);
      }
      const files = async (name: string) => {
        const out = await remembering(join(elsewhere, name));
        expect(out).to.match(new RegExp(`^${join(elsewhere, name)} Error: ${word}-copied\n`));
        expect(out.includes("(program.js:2:"), out).to.equal(name !== "other");
        return filesWith(`${word}-copied`);
      };
      expect(await files("other")).to.deep.equal([]);
      const kept = await files("one");
      expect(kept).to.have.length(1);
      expect(await files("two")).to.deep.equal(kept);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it("is used where a program changes V8's flags half way, as @pulumi/pulumi does", async () => {
    await write("child.js", `exports.said = "${word}-before";\n`);
    await write(
      "program.js",
      `console.log(require("./child").said); require("v8").setFlagsFromString("--allow-natives-syntax");\n`,
    );
    await remembering();
    const files = await filesWith(`${word}-before`);
    expect(files).to.have.length(1);
    expect(await remembering()).to.equal(`${word}-before`);
    expect(await filesWith(`${word}-before`)).to.deep.equal(files);
  });

  it("is not taken for another text of the same length", async () => {
    for (const digit of [1, 2, 1]) {
      await write("program.js", `console.log("${word}-${String(digit)}");\n`);
      expect(await remembering()).to.equal(`${word}-${String(digit)}`);
    }
  });

  it("is not needed: a file that is damaged is compiled and kept anew", async () => {
    await write("program.js", `console.log("${word}-damaged");\n`);
    await remembering();
    const [[name] = [""]] = await filesWith(`${word}-damaged`);
    await writeFile(join(kept, name), "damaged");
    expect(await filesWith(`${word}-damaged`)).to.deep.equal([]);
    expect(await remembering()).to.equal(`${word}-damaged`);
    expect(await filesWith(`${word}-damaged`)).to.have.length(1);
  });
});
