import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import packageJson from "../../package.json";
import { anchor, headings, pages, type Page } from "./markdown";

const root = resolve(__dirname, "..", "..");

/** Links of a page to files and headings of this repository. */
function localLinks({ text }: Page): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !target.startsWith("https://"));
}

const anchors = (text: string) => headings(text).map(({ title }) => anchor(title));

for (const page of pages()) {
  describe(page.path, () => {
    it("links to files and headings that are there", () => {
      for (const link of localLinks(page)) {
        const [path = "", section] = link.split("#");
        const target = path === "" ? join(root, page.path) : resolve(root, dirname(page.path), path);
        expect(existsSync(target), link).to.equal(true);
        if (section !== undefined) expect(anchors(readFileSync(target, "utf8")), link).to.include(section);
      }
    });

    it("names files and folders that are there", () => {
      const paths = [...page.text.matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)].map(([, path = ""]) => path);
      const own = ["stacks", "components", "committed", "dryrun", "operations", "sandbox", "docs", "test"];
      for (const path of paths.filter((name) => own.includes(name.split("/")[0] ?? ""))) {
        expect(existsSync(join(root, path)), path).to.equal(true);
        expect(statSync(join(root, path)).isDirectory(), path).to.equal(path.endsWith("/"));
      }
    });

    it("names npm scripts that are there", () => {
      const scripts = [...page.text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name);
      for (const script of scripts) expect(packageJson.scripts).to.have.property(script ?? "");
    });

    it("names commands of the sandbox that are there", () => {
      const source = readFileSync(join(root, "sandbox", "cli.ts"), "utf8");
      const commands = [...page.text.matchAll(/npm run (?:-s )?sandbox -- ([\w-]+)/g)];
      for (const [, command = ""] of commands) expect(source).to.include(`command("${command}"`);
    });
  });
}
