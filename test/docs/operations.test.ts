import { expect } from "chai";
import { describe, it } from "mocha";
import { page } from "./markdown";

const { path, text } = page("docs/operations.md");

/** Every part of the page, by its heading. */
const parts = text
  .split(/\n## /)
  .slice(1)
  .map((part) => ({ heading: part.split("\n", 1)[0] ?? "", part }));

// Whether the files are there, links.test.ts looks.
describe(path, () => {
  for (const { heading, part } of parts)
    it(`names the tests of what it says in "${heading}"`, () => {
      expect([...part.matchAll(/\]\(\.\.\/test\/[\w/]+\.test\.ts\)/g)].length).to.be.greaterThan(0);
    });
});
