import { expect } from "chai";
import { describe, it } from "mocha";
import { Names } from "./names";

describe("the telling of what is deployed", () => {
  const tell = (value: unknown, ids: Record<string, string> = {}) => {
    const names = new Names();
    for (const [id, name] of Object.entries(ids)) names.add(id, name);
    return names.tell(value);
  };

  it("calls ids by what they stand for, also where the name of one has another in it", () => {
    const ids = { "subnet-0a1": "(subnet a)", "rtbassoc-0b2": "(association of subnet-0a1)" };
    expect(tell({ id: "rtbassoc-0b2", subnet: "subnet-0a1" }, ids)).to.equal(
      '{"id":"(association of (subnet a))","subnet":"(subnet a)"}',
    );
  });

  it("leaves an id that nobody has named as it is: it would be a difference", () => {
    expect(tell({ id: "subnet-0a1" })).to.equal('{"id":"subnet-0a1"}');
  });

  it("leaves out the moment and the generated digits", () => {
    const [one, other] = ["1a2b3c4", "5d6e7f8"].map((digits, hour) =>
      tell({ role: `kr-production-runner-${digits}`, created: `2026-11-27T0${String(hour)}:00:00Z` }),
    );
    expect(one).to.equal(other);
  });

  it("does not mind the order of keys, tags and dependencies, and does that of other lists", () => {
    expect(tell({ b: 1, a: [{ Key: "y" }, { Key: "x" }] })).to.equal(
      tell({ a: [{ Key: "x" }, { Key: "y" }], b: 1 }),
    );
    expect(tell(["urn:pulumi:b", "urn:pulumi:a"])).to.equal(tell(["urn:pulumi:a", "urn:pulumi:b"]));
    expect(tell(["b", "a"])).to.not.equal(tell(["a", "b"]));
  });
});
