import { expect } from "chai";
import { describe, it } from "mocha";
import { lastAppliedAnnotation, lastAppliedText } from "../../dryrun/check/lastApplied";
import { neededFor } from "../../dryrun/check/needed";
import type { KindSchema, PatchSchema } from "../../dryrun/kubernetes/patchSchema";
import { type Json, parseObjects } from "../../dryrun/render/objects";

type Fields = Record<string, PatchSchema>;

function schema(fields: Fields = {}, strategy = "", mergeKey?: string, item?: PatchSchema): PatchSchema {
  return { strategies: strategy.split(","), mergeKey, field: (name) => fields[name], item: () => item };
}

const kind: KindSchema = {
  schema: schema({
    metadata: schema({ annotations: schema() }),
    spec: schema({
      containers: schema({}, "merge", "name", schema({ env: schema({}, "merge", "name", schema()) })),
      strategy: schema({}, "retainKeys"),
      replaced: schema({}, "replace"),
      list: schema({}, "", undefined, schema()),
      names: schema({}, "merge"),
      map: schema(),
    }),
  }),
  patchType: "application/strategic-merge-patch+json",
};

function needed(spec: object, liveSpec: object, lastApplied?: (text: string) => string | undefined) {
  const [object] = parseObjects(
    JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec }),
  );
  if (!object) throw new Error("There is no object.");
  const applied = (lastApplied ?? ((text: string) => text))(lastAppliedText(object.manifest));
  const annotations = applied === undefined ? {} : { [lastAppliedAnnotation]: applied };
  const live: Json = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a", uid: "u", annotations },
    spec: liveSpec,
  };
  return neededFor(object, object.manifest, live, kind);
}

describe("kubectl would send nothing", () => {
  it("where the cluster has all of the manifest, and defaults besides", () => {
    expect(needed({ a: 1, b: { c: "x" } }, { a: 1, b: { c: "x", d: 2 }, e: true })).to.equal("nothing");
  });

  it("where the items of a merged list have defaults", () => {
    const live = { containers: [{ name: "one", image: "i", pull: "Always" }] };
    expect(needed({ containers: [{ name: "one", image: "i" }] }, live)).to.equal("nothing");
  });
});

describe("the whole manifest is sent", () => {
  const one = { name: "one", image: "i" };
  const cases: [title: string, spec: object, live: object][] = [
    ["a value is another one", { a: 1 }, { a: 2 }],
    [
      "a value of a merged list's item is another one",
      { containers: [one] },
      { containers: [{ ...one, image: "j" }] },
    ],
    ["the cluster lacks a field, even an empty one", { map: {} }, {}],
    ["a list that is replaced has other items", { list: [1] }, { list: [1, 2] }],
    ["a union gets another field", { strategy: { type: "a", more: 1 } }, { strategy: { type: "a" } }],
  ];
  for (const [title, spec, live] of cases) {
    it(`where ${title}`, () => {
      expect(needed(spec, live)).to.equal("whole manifest");
    });
  }

  it("where kubectl never applied the object", () => {
    expect(needed({ a: 1 }, { a: 1 }, () => undefined)).to.equal("whole manifest");
  });

  it("where kubectl applied the same in other words", () => {
    expect(needed({ a: 1 }, { a: 1 }, (text) => text.replace('"a":1', '"a": 1'))).to.equal("whole manifest");
  });
});

describe("kubectl is asked", () => {
  const one = { name: "one", image: "i" };
  const cases: [title: string, spec: object, live: object][] = [
    ["a number is a text in the cluster", { a: 1 }, { a: "1" }],
    ["the manifest has a null", { a: null }, {}],
    ["the manifest has an order to whoever merges", { map: { $patch: "replace" } }, {}],
    ["a map that the schema does not know is another one", { unknown: { a: 1 } }, { unknown: { a: 2 } }],
    ["a list that the schema does not know is another one", { unknown: [1] }, { unknown: [2] }],
    ["a map that is replaced is another one", { replaced: { a: 1 } }, { replaced: { a: 1, b: 2 } }],
    ["a merged list of texts is another one", { names: ["a"] }, { names: ["a", "b"] }],
    ["a merged list has another item", { containers: [one] }, { containers: [one, { name: "sidecar" }] }],
    ["a merged list gets another item", { containers: [one, { name: "b" }] }, { containers: [one] }],
    [
      "a merged list has another order",
      { containers: [one, { name: "b" }] },
      { containers: [{ name: "b" }, one] },
    ],
    ["a merged list has a key twice", { containers: [one, one] }, { containers: [one, one] }],
    ["a union keeps only what it names", { strategy: { type: "a" } }, { strategy: { type: "a", more: 1 } }],
  ];
  for (const [title, spec, live] of cases) {
    it(`where ${title}`, () => {
      expect(needed(spec, live)).to.equal("ask kubectl");
    });
  }

  const before: [title: string, spec: object, applied: object][] = [
    ["a field", { a: 1 }, { a: 1, b: 2 }],
    ["a field of a map", { map: {} }, { map: { a: 1 } }],
    ["an item of a merged list", { containers: [one] }, { containers: [one, { name: "b" }] }],
    [
      "an item in an item of a merged list",
      { containers: [one] },
      { containers: [{ ...one, env: [{ name: "A" }] }] },
    ],
    ["a text of a merged list", { names: [] }, { names: ["a"] }],
    ["one of two items with one key", { containers: [one] }, { containers: [one, one] }],
  ];
  for (const [title, spec, applied] of before) {
    it(`where it applied ${title} before that is gone from the manifest`, () => {
      const text = lastAppliedText({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: applied });
      expect(needed(spec, spec, () => text)).to.equal("ask kubectl");
    });
  }

  it("where what it applied before cannot be read", () => {
    expect(needed({ a: 1 }, { a: 1 }, () => "{")).to.equal("ask kubectl");
  });

  it("where the server does not describe the kind", () => {
    const [object] = parseObjects(JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" } }));
    if (!object) throw new Error("There is no object.");
    expect(neededFor(object, object.manifest, object.manifest)).to.equal("ask kubectl");
  });
});

describe("the annotation of kubectl apply", () => {
  it("is JSON as Go writes it", () => {
    const text = lastAppliedText({
      kind: "K",
      apiVersion: "v1",
      metadata: { name: "a" },
      data: { b: "<&>\u2028", a: 0.5 },
    });
    expect(text).to.equal(
      '{"apiVersion":"v1","data":{"a":0.5,"b":"\\u003c\\u0026\\u003e\\u2028"},"kind":"K","metadata":{"annotations":{},"name":"a"}}\n',
    );
  });
});
