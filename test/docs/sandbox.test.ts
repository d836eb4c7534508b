import { expect } from "chai";
import { describe, it } from "mocha";
import { symptoms } from "../sandbox/mutations/symptoms";
import { page, section } from "./markdown";

const broken = section(page("docs/sandbox.md"), "What is broken on purpose");

describe("what docs/sandbox.md says is broken on purpose", () => {
  it("names those mutations as alike that share a symptom", () => {
    const groups = Object.entries(symptoms).map(([, symptom]) =>
      Object.keys(symptoms).filter((name) => symptoms[name as keyof typeof symptoms] === symptom),
    );
    const alike = new Set(groups.filter(({ length }) => length > 1).map((group) => group.sort().join()));
    const rows = [...broken.matchAll(/^\| .* \| (`.*`) +\|$/gm)].map(([, names = ""]) =>
      [...names.matchAll(/`([\w-]+)`/g)]
        .map(([, name]) => name)
        .sort()
        .join(),
    );
    expect(rows).to.have.members([...alike]);
  });

  it("counts them", () => {
    const count = String(Object.keys(symptoms).length);
    expect(broken).to.contain(`${count} of ${count} symptoms right, doctor names ${count} of ${count}`);
  });
});
