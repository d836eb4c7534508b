import { expect } from "chai";
import { execa } from "execa";
import { describe, it } from "mocha";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMap, isSeq, parseDocument, type Node } from "yaml";
import { ensureActionlint } from "../../sandbox/toolchain/actionlint";
import { ensureZizmor } from "../../sandbox/toolchain/python";

const checkout = join(__dirname, "..", "..");
const zizmorConfig = join(checkout, ".github", "zizmor.yml");
/** Where workflows are that run here, and those that others may take. */
const folders = [".github/workflows", "docs/ci"];
const workflowsOf = (folder: string) =>
  readdirSync(join(checkout, folder)).filter((name) => name.endsWith(".yml"));

describe("the workflows of this repository", function () {
  // The first run on a machine makes the linters.
  this.timeout(300_000);

  for (const folder of folders) {
    const names = workflowsOf(folder);
    it(`${folder}: ${names.join(", ")} are accepted by actionlint`, async () => {
      const actionlint = await ensureActionlint(() => undefined);
      if (actionlint === undefined)
        throw new Error("actionlint cannot be had: neither Go nor actionlint is on PATH");
      // It looks at a workflow that another one calls where that one will be.
      const repository = mkdtempSync(join(tmpdir(), "workflows-"));
      try {
        await execa("git", ["init", "--quiet"], { cwd: repository });
        for (const name of names)
          cpSync(join(checkout, folder, name), join(repository, ".github", "workflows", name));
        await execa(actionlint, [], { cwd: repository, all: true });
      } finally {
        rmSync(repository, { recursive: true });
      }
    });

    it(`${folder}: ${names.join(", ")} are accepted by zizmor`, async () => {
      const zizmor = await ensureZizmor(() => undefined);
      const args = ["--offline", "--persona=auditor", "--no-progress", `--config=${zizmorConfig}`];
      await execa(zizmor, [...args, ...names.map((name) => join(checkout, folder, name))], { all: true });
    });
  }

  it("have zizmor ignore nothing without a reason, above it or behind it", () => {
    const ignored = ignoredIn(parseDocument(readFileSync(zizmorConfig, "utf8")).contents);
    expect(ignored).to.have.length.greaterThan(0);
    for (const { commentBefore } of ignored) expect(commentBefore).to.match(/^ \w+( \S+){5,}$/);
    for (const folder of folders)
      for (const name of workflowsOf(folder)) {
        const text = readFileSync(join(checkout, folder, name), "utf8");
        for (const [ignore] of text.matchAll(/zizmor: ignore.*/g))
          expect(ignore, name).to.match(/^zizmor: ignore\[[\w-]+\] \w+( \S+){3,}$/);
      }
  });
});

/** Entries of all lists `ignore`. A comment above a list's first entry is the list's own. */
function ignoredIn(node: unknown): { commentBefore: string }[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    if (String(key) !== "ignore" || !isSeq(value)) return ignoredIn(value);
    return value.items.map((item, at) => ({
      commentBefore: (item as Node).commentBefore ?? (at === 0 ? value.commentBefore : undefined) ?? "",
    }));
  });
}
