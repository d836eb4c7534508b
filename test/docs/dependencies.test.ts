import { expect } from "chai";
import { describe, it } from "mocha";
import packageJson from "../../package.json";
import { firstColumn, page, section } from "./markdown";

const dependencies = page("docs/dependencies.md");
const sorted = (names: string[]) => [...names].sort();

describe("docs/dependencies.md", () => {
  it("says why the program has each of its packages, and of no other", () => {
    const named = firstColumn(section(dependencies, "What the program needs"));
    expect(sorted(named)).to.deep.equal(sorted(Object.keys(packageJson.dependencies)));
  });

  it("says why development has each of its packages, and of no other", () => {
    const named = firstColumn(section(dependencies, "What only development needs"));
    expect(sorted(named)).to.deep.equal(sorted(Object.keys(packageJson.devDependencies)));
  });

  it("gives a reason in every row", () => {
    for (const line of dependencies.text.split("\n").filter((row) => row.startsWith("| `"))) {
      expect(line).to.match(/^\| `[^`]+` +\| \S.{10,}\|$/);
    }
  });
});
