import { expect } from "chai";
import { describe, it } from "mocha";
import { lastAppliedAnnotation, lastAppliedText } from "../../dryrun/check/lastApplied";
import { neededFor } from "../../dryrun/check/sameAsLive";
import type { PatchSchema } from "../../dryrun/kubernetes/patchSchema";
import { type Json, parseObjects } from "../../dryrun/render/objects";

type Fields = Record<string, PatchSchema>;

function schema(fields: Fields = {}, strategy = "", mergeKey?: string, item?: PatchSchema): PatchSchema {
  return { strategies: strategy.split(","), mergeKey, field: (name) => fields[name], item: () => item };
}

const containers = schema({}, "merge", "name", schema());
const kind = schema({ spec: schema({ containers, strategy: schema({}, "retainKeys") }) });

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

describe("kubectl would send its annotation alone", () => {
  it("where it never applied the object", () => {
    expect(needed({ a: 1 }, { a: 1 }, () => undefined)).to.equal("annotation");
  });

  it("where it applied the same in other words", () => {
    expect(needed({ a: 1 }, { a: 1 }, (text) => text.replace('"a":1', '"a": 1'))).to.equal("annotation");
  });
});

describe("kubectl is asked", () => {
  const one = { name: "one", image: "i" };
  const cases: [title: string, spec: object, live: object][] = [
    ["a value is another one", { a: 1 }, { a: 2 }],
    ["a number is a text in the cluster", { a: 1 }, { a: "1" }],
    ["the cluster lacks a field, even an empty one", { a: {} }, {}],
    ["the manifest has a null", { a: null }, {}],
    ["a list that is no merged one has defaults", { list: [{ a: 1 }] }, { list: [{ a: 1, b: 2 }] }],
    ["a merged list has another item", { containers: [one] }, { containers: [one, { name: "sidecar" }] }],
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

  it("where it applied something before that is gone from the manifest", () => {
    const applied = () =>
      lastAppliedText({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { a: 1, b: 2 } });
    expect(needed({ a: 1 }, { a: 1, b: 2 }, applied)).to.equal("ask kubectl");
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
