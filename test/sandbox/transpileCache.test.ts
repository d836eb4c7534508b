import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { checkout } from "../../sandbox/folder";

const kept = join(checkout, "node_modules", ".cache", "transpiled");

describe("what ts-node made of a file", () => {
  /** In the program's text, so that nothing of an earlier run is meant. */
  const word = `word-${String(process.pid)}-${String(Date.now())}`;
  let folder: string;

  before(async () => {
    // In the checkout, as ts-node takes other ways for what lies outside of its project.
    await mkdir(join(checkout, ".sandbox"), { recursive: true });
    folder = await mkdtemp(join(checkout, ".sandbox", "transpiled-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** What a program prints that says a word and where it says it. */
  const run = async (name: string, said: string) => {
    await mkdir(join(folder, name), { recursive: true });
    const file = join(folder, name, "program.ts");
    await writeFile(file, `const said: string = "${said}";\nconsole.log(said, new Error().stack);\n`);
    const hooks = ["./sandbox/transpileCache.cjs", "ts-node/register/transpile-only"];
    const args = hooks.flatMap((hook) => ["--require", hook]);
    return { file, out: (await execa(process.execPath, [...args, file], { cwd: checkout })).stdout };
  };
  const filesWith = async (text: string) => {
    const texts = (await readdir(kept)).map((name) => readFile(join(kept, name), "utf8").catch(() => ""));
    return (await Promise.all(texts)).filter((one) => one.includes(text)).length;
  };

  it("is kept, and taken again for a copy elsewhere, whose errors name the copy", async () => {
    const first = await run("first", word);
    expect(await filesWith(word)).to.equal(1);
    const second = await run("second", word);
    expect(await filesWith(word)).to.equal(1);
    for (const { file, out } of [first, second]) expect(out).to.include(word).and.include(`${file}:2:`);
  });

  it("is not taken for a text that has changed", async () => {
    expect((await run("first", `${word}-changed`)).out).to.include(`${word}-changed`);
    expect(await filesWith(`${word}-changed`)).to.equal(1);
  });
});
