import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import {
  json,
  list,
  number,
  object,
  set,
  string,
  tags,
  type Provider,
  type ResourceType,
} from "../../../sandbox/providers/schema";
import { unknown, type Values } from "../../../sandbox/providers/values";
import { Engine, secret } from "./engine";

const box = "test:index/box:Box";

const [frameworkBox, slowBox, hastyBox, forgottenBox] = ["framework", "slow", "hasty", "forgotten"].map(
  (kind) => `test:index/${kind}Box:${kind}Box`,
) as [string, string, string, string];

/** A type of which a new resource is not to be seen at first. */
function unseenBox(patience: Partial<ResourceType<Map<string, Values>>>): ResourceType<Map<string, Values>> {
  let reads = 0;
  return {
    properties: { size: number() },
    create: () => Promise.resolve({ id: "new" }),
    read: (_all, _id, prior) => Promise.resolve(reads++ === 0 ? undefined : prior),
    delete: () => Promise.resolve(),
    ...patience,
  };
}

/** A provider of boxes that are kept in memory. */
function boxes(shelf: Map<string, Values>): Provider<Map<string, Values>> {
  return {
    name: "test",
    version: "1.2.3",
    config: { shelf: string({ required: true }), sizes: list(number()) },
    resources: {
      [box]: {
        properties: {
          name: string({ replaces: true }),
          size: number({ required: true, between: [1, 9] }),
          lid: string({ default: "closed", oneOf: ["open", "closed"] }),
          note: string(),
          colour: string({ computed: true }),
          law: json(),
          labels: tags(),
          inside: list(
            object({ what: string({ required: true, replaces: true }), count: number({ default: 1 }) }),
          ),
          owners: set(string()),
          key: string({ output: true, secret: true }),
        },
        autoname: { property: "name", maxLength: 20 },
        conflicts: [["owners", "colour"]],
        create: (all, inputs) => {
          const id = `box-${String(all.size)}`;
          all.set(id, { ...inputs, colour: inputs.colour ?? "brown" });
          return Promise.resolve({ id, state: { key: "once" } });
        },
        afterCreate: (_all, _id, inputs) =>
          inputs.note === "sticky"
            ? Promise.reject(new Error("the label does not stick"))
            : Promise.resolve(),
        read: (all, id, prior) => {
          const found = all.get(id);
          return Promise.resolve(found && { ...found, __defaults: undefined, key: prior.key });
        },
        update: (all, id, { inputs }) => {
          if (inputs.note === "sticky") return Promise.reject(new Error("the label does not stick"));
          all.set(id, { ...all.get(id), ...inputs });
          return Promise.resolve();
        },
        delete: (all, id) => {
          all.delete(id);
          return Promise.resolve();
        },
      },
      [frameworkBox]: {
        properties: { size: number(), colour: string({ output: true }) },
        isAnswered: true,
        isOfFramework: true,
        create: () => Promise.resolve({ id: "new", state: { colour: "grey" } }),
        read: () => Promise.reject(new Error("nobody reads it")),
        update: () => Promise.reject(new Error("it does not grow")),
        delete: () => Promise.resolve(),
      },
      [slowBox]: unseenBox({ appears: { timeoutSeconds: 5, source: "test" } }),
      [hastyBox]: unseenBox({}),
      [forgottenBox]: unseenBox({ isForgottenUnseen: true }),
    },
    functions: {
      "test:index/count:count": {
        args: { colour: string({ required: true }) },
        call: (all, { colour }) =>
          Promise.resolve({ count: [...all.values()].filter((found) => found.colour === colour).length }),
      },
    },
    configure: () => Promise.resolve(),
    context: () => shelf,
  };
}

describe("a provider plugin", () => {
  let shelf: Map<string, Values>;
  let engine: Engine;

  beforeEach(async () => {
    shelf = new Map();
    engine = await Engine.start(boxes(shelf));
    await engine.configure({ shelf: "top" });
  });
  afterEach(() => engine.stop());

  describe("on configuring", () => {
    it("reads values that are not text from their JSON", async () => {
      expect(await engine.checkConfig({ shelf: "top", sizes: "[1,2]" })).to.deep.equal([]);
    });

    it("refuses what it does not know, naming what it knows", async () => {
      const [failure] = await engine.checkConfig({ shelf: "top", drawer: "left" });
      expect(failure?.property).to.equal("drawer");
      expect(failure?.reason).to.contain('"drawer"').and.to.contain("shelf, sizes");
    });

    it("reports what is missing, also when it is configured unchecked", async () => {
      expect((await engine.checkConfig({})).map(({ property }) => property)).to.deep.equal(["shelf"]);
      const error = await failureOf(engine.configure({}));
      expect(error).to.contain("shelf").and.to.contain("Missing required argument");
    });

    it("takes what Pulumi itself adds", async () => {
      expect(await engine.checkConfig({ shelf: "top", version: "1.2.3", __internal: {} })).to.deep.equal([]);
    });
  });

  describe("on checking inputs", () => {
    const refused: [what: string, inputs: Values, property: string, reason: string][] = [
      [
        "an unknown property",
        { size: 1, weight: 2 },
        "weight",
        '"weight" of test:index/box:Box. It knows: colour',
      ],
      ["an output as input", { size: 1, key: "k" }, "key", "does not know"],
      [
        "an unknown nested property",
        { size: 1, inside: [{ what: "a", x: 1 }] },
        "inside[0].x",
        "does not know",
      ],
      ["a missing property", {}, "size", 'The argument "size" is required'],
      ["a missing nested property", { size: 1, inside: [{}] }, "inside[0].what", "Missing required argument"],
      ["text for a number", { size: "1" }, "size", "expected a number, got string"],
      ["a number out of range", { size: 10 }, "size", "in the range (1 - 9)"],
      ["a value that is none of the allowed", { size: 1, lid: "ajar" }, "lid", "one of open, closed"],
      ["an object for a list", { size: 1, owners: {} }, "owners", "expected a list"],
      ["text for an object", { size: 1, inside: ["a"] }, "inside[0]", "expected an object"],
      ["broken JSON", { size: 1, law: "{" }, "law", "valid JSON"],
    ];
    for (const [what, inputs, property, reason] of refused) {
      it(`refuses ${what}`, async () => {
        const { failures } = await engine.check(box, inputs);
        expect(failures.map((failure) => failure.property)).to.deep.equal([property]);
        expect(failures[0]?.reason).to.contain(reason);
      });
    }

    it("names every mistake at once", async () => {
      const { failures } = await engine.check(box, { size: 0, weight: 2, lid: 3 });
      expect(failures.map(({ property }) => property)).to.have.members(["size", "weight", "lid"]);
    });

    it("accepts values that are not known yet, of every kind", async () => {
      const inputs = {
        size: unknown,
        lid: unknown,
        law: unknown,
        inside: [{ what: unknown }],
        owners: unknown,
      };
      expect((await engine.check(box, inputs)).failures).to.deep.equal([]);
    });

    it("fills in defaults, nested ones too, and makes JSON of an object", async () => {
      const { inputs } = await engine.check(box, { size: 1, inside: [{ what: "a" }], law: { a: [1] } });
      expect(inputs).to.deep.include({ lid: "closed", law: '{"a":[1]}', inside: [{ what: "a", count: 1 }] });
      expect(inputs.__defaults).to.have.members(["lid", "name"]);
    });

    it("names a resource after its name in the program and seven digits, the same from the same seed", async () => {
      const names = await Promise.all(
        ["one", "one", "two"].map(
          async (seed) => (await engine.check(box, { size: 1 }, { seed })).inputs.name,
        ),
      );
      expect(names[0]).to.match(/^runner-[0-9a-f]{7}$/);
      expect(names[1]).to.equal(names[0]);
      expect(names[2]).to.not.equal(names[0]);
    });

    it("keeps the name that a resource already has", async () => {
      const { inputs } = await engine.check(
        box,
        { size: 1 },
        { olds: { name: "runner-0000000" }, seed: "x" },
      );
      expect(inputs.name).to.equal("runner-0000000");
    });

    it("gives secrets back as secrets", async () => {
      const { inputs } = await engine.check(box, { size: 1, note: secret("quiet") });
      expect(inputs.note).to.deep.equal(secret("quiet"));
    });
  });

  describe("on comparing", () => {
    const state = {
      name: "runner-0000000",
      size: 1,
      lid: "closed",
      colour: "brown",
      law: '{"Action":["a"],"B":["x","y"]}',
      labels: { a: "1", b: "2" },
      inside: [{ what: "apple", count: 1 }],
      owners: ["ann", "bob"],
      key: "once",
    };
    const inputs = { ...state, colour: undefined, key: undefined };

    const compared: [what: string, change: Values, detailed: Values][] = [
      ["nothing where nothing differs", {}, {}],
      ["a change in place", { size: 2 }, { size: "UPDATE" }],
      ["a replacement", { name: "other" }, { name: "UPDATE_REPLACE" }],
      ["an addition", { note: "n" }, { note: "ADD" }],
      ["a removal", { labels: undefined }, { labels: "DELETE" }],
      ["nothing where the service fills in", { colour: undefined }, {}],
      ["a change of what the service would fill in", { colour: "red" }, { colour: "UPDATE" }],
      [
        "tags one by one",
        { labels: { a: "9", c: "3" } },
        { "labels.a": "UPDATE", "labels.b": "DELETE", "labels.c": "ADD" },
      ],
      ["nothing where JSON means the same", { law: '{"B":["y","x"],"Action":"a"}' }, {}],
      ["JSON that means something else", { law: '{"Action":["b"],"B":["x","y"]}' }, { law: "UPDATE" }],
      ["nothing where a set is in another order", { owners: ["bob", "ann"] }, {}],
      ["a set that differs", { owners: ["bob", "bob"] }, { owners: "UPDATE" }],
      ["a nested property", { inside: [{ what: "apple", count: 2 }] }, { "inside[0].count": "UPDATE" }],
      [
        "a nested replacement",
        { inside: [{ what: "pear", count: 1 }] },
        { "inside[0].what": "UPDATE_REPLACE" },
      ],
      ["an item more", { inside: [...state.inside, { what: "pear" }] }, { "inside[1]": "ADD" }],
      ["a value that is not known yet", { size: unknown }, { size: "UPDATE" }],
      ["nothing between empty and absent", { note: "" }, {}],
    ];
    for (const [what, change, detailed] of compared) {
      it(`finds ${what}`, async () => {
        const found = await engine.diff(box, state, { ...inputs, ...change });
        expect(found.detailed).to.deep.equal(detailed);
        expect(found.changes).to.equal(Object.keys(detailed).length > 0);
      });
    }

    it("finds drift of what the program does not set", async () => {
      const found = await engine.diff(box, { ...state, note: "scribbled" }, inputs);
      expect(found.detailed).to.deep.equal({ note: "DELETE" });
    });

    it("leaves out what is ignored, with everything in it", async () => {
      const changed = {
        ...inputs,
        size: 2,
        labels: { a: "9", b: "2" },
        inside: [{ what: "pear", count: 1 }],
      };
      const found = await engine.diff(box, state, changed, ["labels", "inside[0].what"]);
      expect(found.detailed).to.deep.equal({ size: "UPDATE" });
    });

    it("replaces by deleting first where the name is given and stays", async () => {
      const given = { ...inputs, inside: [{ what: "pear" }] };
      expect((await engine.diff(box, state, { ...given, __defaults: ["lid"] })).deleteBeforeReplace).to.equal(
        true,
      );
      expect(
        (await engine.diff(box, state, { ...given, __defaults: ["name"] })).deleteBeforeReplace,
      ).to.equal(false);
      const renamed = { ...given, name: "other", __defaults: [] };
      expect((await engine.diff(box, state, renamed)).deleteBeforeReplace).to.equal(false);
    });
  });

  describe("on making and changing", () => {
    it("shows in a preview what only the update will bring as not known, and makes nothing", async () => {
      const { id, state } = await engine.create(
        box,
        { name: "b", size: 1, __defaults: ["lid"] },
        { preview: true },
      );
      expect(id).to.equal("");
      expect(state).to.deep.equal({ name: "b", size: 1, colour: unknown, key: secret(unknown) });
      expect(shelf.size).to.equal(0);
    });

    it("gives everything about the resource, with secrets wrapped", async () => {
      const { id, state } = await engine.create(box, { name: "b", size: 1, note: secret("quiet") });
      expect(state).to.deep.equal({
        name: "b",
        size: 1,
        note: secret("quiet"),
        colour: "brown",
        key: secret("once"),
      });
      expect(shelf.get(id)?.note).to.equal("quiet");
    });

    it("tells of a resource that was made but not finished, with its id", async () => {
      const error = await rejection(engine.create(box, { name: "b", size: 1, note: "sticky" }));
      expect(error.message).to.contain("the label does not stick");
      const [detail] = error.metadata.get("grpc-status-details-bin");
      expect(String(detail)).to.contain("pulumirpc.ErrorResourceInitFailed").and.to.contain("box-0");
    });

    it("changes nothing in the preview of an update", async () => {
      const { id, state } = await engine.create(box, { name: "b", size: 1, note: "n" });
      const preview = await engine.update(box, id, state, { name: "b", size: 2 }, { preview: true });
      expect(preview).to.deep.equal({ name: "b", size: 2, colour: "brown", key: secret("once") });
      expect(shelf.get(id)?.size).to.equal(1);
    });

    it("updates and reads back, keeping what was shown once", async () => {
      const { id, state } = await engine.create(box, { name: "b", size: 1 });
      const updated = await engine.update(box, id, state, { name: "b", size: 2 });
      expect(updated).to.deep.include({ size: 2, key: secret("once") });
    });

    it("keeps what was wanted of an update that fails, as the real bridge does, but not of a framework's resource", async () => {
      const wanted = { name: "b", size: 2, note: "sticky" };
      const { id, state } = await engine.create(box, { name: "b", size: 1 });
      const error = await rejection(engine.update(box, id, state, wanted));
      expect(error.message).to.contain("the label does not stick");
      const [detail] = error.metadata.get("grpc-status-details-bin");
      expect(String(detail)).to.contain("pulumirpc.ErrorResourceInitFailed").and.to.contain("sticky");

      const made = await engine.create(frameworkBox, { size: 1 });
      const other = await rejection(engine.update(frameworkBox, made.id, made.state, { size: 2 }));
      expect(other.message).to.contain("it does not grow");
      expect(other.metadata.get("grpc-status-details-bin")).to.deep.equal([]);
    });

    it("waits for a new resource to appear, where the real provider does", async () => {
      const { state } = await engine.create(slowBox, { size: 1 });
      expect(state).to.deep.include({ size: 1 });
      const error = await rejection(engine.create(hastyBox, { size: 1 }));
      expect(error.message).to.contain("couldn't find resource");
    });

    it("does not read a new resource that the real provider does not read", async () => {
      expect((await engine.create(frameworkBox, { size: 1 })).state).to.deep.equal({
        size: 1,
        colour: "grey",
      });
    });

    it("forgets a new resource that is not there when it is read, where the real provider does", async () => {
      const error = await rejection(engine.create(forgottenBox, { size: 1 }));
      expect(error.message).to.contain("couldn't find resource");
      expect(error.metadata.get("grpc-status-details-bin")).to.deep.equal([]);
    });

    it("refuses a type that it does not know, naming those it knows", async () => {
      expect(await failureOf(engine.create("test:index/bag:Bag", {})))
        .to.contain("test:index/bag:Bag")
        .and.to.contain(box);
    });
  });

  describe("on reading", () => {
    const inputs = { name: "b", size: 1 };

    it("gives what drifted as inputs, and no more than the program set", async () => {
      const { id, state } = await engine.create(box, inputs);
      shelf.set(id, { ...shelf.get(id), size: 7, note: "scribbled" });
      const found = await engine.read(box, id, state, inputs);
      expect(found.inputs).to.deep.equal({ name: "b", size: 7 });
      expect(found.state).to.deep.include({ size: 7, note: "scribbled", key: secret("once") });
    });

    it("gives no id for what is gone", async () => {
      const { id, state } = await engine.create(box, inputs);
      await engine.delete(box, id, state);
      expect((await engine.read(box, id, state, inputs)).id).to.equal("");
    });

    it("imports by the id alone", async () => {
      const { id } = await engine.create(box, inputs);
      const found = await engine.read(box, id);
      expect(found.inputs).to.deep.equal({ ...inputs, colour: "brown", __defaults: [] });
    });

    it("imports no input that is so by default, and of two that exclude each other the first", async () => {
      shelf.set("found", { ...inputs, lid: "closed", note: "", colour: "brown", owners: ["them"] });
      const found = await engine.read(box, "found");
      expect(found.inputs).to.deep.equal({ ...inputs, colour: "brown", __defaults: [] });
    });
  });

  describe("on a function call", () => {
    it("gives the result", async () => {
      await engine.create(box, { name: "b", size: 1 });
      expect((await engine.invoke("test:index/count:count", { colour: "brown" })).result).to.deep.equal({
        count: 1,
      });
    });

    it("refuses an unknown argument and a missing one", async () => {
      const { failures } = await engine.invoke("test:index/count:count", { color: "brown" });
      expect(failures.map(({ property }) => property)).to.deep.equal(["color", "colour"]);
    });

    it("refuses a function that it does not know, naming those it knows", async () => {
      expect(await failureOf(engine.invoke("test:index/sum:sum", {}))).to.contain("test:index/count:count");
    });
  });
});

interface Rejection extends Error {
  metadata: { get(key: string): unknown[] };
}

async function rejection(call: Promise<unknown>): Promise<Rejection> {
  try {
    await call;
  } catch (error) {
    return error as Rejection;
  }
  throw new Error("expected the call to be refused");
}

async function failureOf(call: Promise<unknown>): Promise<string> {
  return (await rejection(call)).message;
}
