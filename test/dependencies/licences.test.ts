import { expect } from "chai";
import { describe, it } from "mocha";
import { lockedPackages, nameAt, npmFolders } from "./lockfiles";

/** SPDX names of licences that ask for no more than their notice. */
const permissive = [
  ...[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "CC-BY-3.0",
    "CC0-1.0",
    "ISC",
    "MIT",
  ],
  ...["PSF-2.0", "Python-2.0", "(BSD-3-Clause AND Apache-2.0)"],
];

/** Packages whose package.json does not name their licence by its SPDX name, with the licence of their LICENSE file. */
const readByPerson: Record<string, string> = { "@logdna/tail-file": "MIT" };

describe("the licence of every npm package", () => {
  for (const folder of npmFolders) {
    it(`is a permissive one: ${folder}/package-lock.json`, () => {
      for (const [path, { license }] of lockedPackages(folder)) {
        expect(permissive, path).to.include(readByPerson[nameAt(path)] ?? license);
      }
    });
  }
});
