import { expect } from "chai";
import { describe, it } from "mocha";
import { firstColumn, page, section } from "../docs/markdown";
import { builtModules, packageJson, pythonRequirements } from "./lockfiles";

const dependencies = page("docs/dependencies.md");
const sorted = (names: string[]) => [...new Set(names)].sort();
const namesOf = (packages: Record<string, string> = {}) => Object.keys(packages);
const root = packageJson(".");

describe("docs/dependencies.md", () => {
  for (const [what, heading, needed] of [
    ["the program has each of its packages", "What the program needs", namesOf(root.dependencies)],
    ["development has each of its packages", "What only development needs", namesOf(root.devDependencies)],
    [
      "the sandbox builds or downloads each of its tools",
      "What the sandbox builds and downloads",
      [
        ...builtModules(),
        ...pythonRequirements("in").map(({ name }) => name),
        ...namesOf(packageJson("sandbox/toolchain/kubectl").dependencies),
      ],
    ],
  ] as const) {
    it(`says why ${what}, and of no other`, () => {
      const named = firstColumn(section(dependencies, heading));
      expect(sorted(named)).to.deep.equal(sorted([...needed]));
    });
  }

  it("gives a reason in every row", () => {
    for (const line of dependencies.text.split("\n").filter((row) => row.startsWith("| `"))) {
      expect(line).to.match(/^\| `[^`]+` +\| \S.{10,}\|$/);
    }
  });
});
