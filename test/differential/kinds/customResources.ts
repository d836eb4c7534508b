import { field, type Kind, some, unquoted, withMistakes } from "./kind";
import { metadata } from "./metadata";

/** Custom resources, and a kind that nobody defined. */
export const customResources: Kind[] = [
  {
    // With structural defaults and lists that are maps.
    apiVersion: "example.org/v1",
    kind: "Widget",
    base: { spec: {} },
    fields: [
      ...metadata,
      withMistakes(field("spec/size", 3, 5, null), "3", 11),
      withMistakes(field("spec/mode", "fast", "slow"), "odd"),
      field("spec/nested", {}, { on: true }, { on: false, depth: 2 }, null),
      {
        path: ["spec", "items"],
        values: some({ key: "a" }, { key: "b", weight: 1 }, { key: "c", weight: 7 }),
      },
      field("spec/port", 80, "80", "http"),
      withMistakes(field("spec/unknown", null), 1),
      field("status", { phase: "Ready" }),
    ],
  },
  {
    // Without a schema: everything is kept as it is.
    apiVersion: "example.org/v1",
    kind: "Gadget",
    base: { spec: { a: 1 } },
    fields: [
      ...metadata,
      field("spec/a", 1, "1", 1.5, null, true, { b: 1 }),
      field("spec/list", [1, 2], [2, 1], [{ name: "x" }], [{ name: "x", v: 1 }, { name: "y" }], []),
      field("spec/deep/er", { x: { y: "z" } }, {}, "text", unquoted("1e3"), unquoted("0x1F")),
      field("extra", "top", { more: [] }),
    ],
  },
  { apiVersion: "example.org/v2", kind: "Nowhere", base: {}, fields: metadata.slice(0, 1) },
];

/** What a Widget and a Gadget are. */
export const definitions = [
  definition("Widget", {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          size: { type: "integer", default: 3, maximum: 10 },
          mode: { type: "string", enum: ["fast", "slow"], default: "fast" },
          nested: {
            type: "object",
            default: {},
            properties: { on: { type: "boolean", default: true }, depth: { type: "integer" } },
          },
          port: { "x-kubernetes-int-or-string": true },
          items: {
            type: "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["key"],
            items: {
              type: "object",
              required: ["key"],
              properties: { key: { type: "string" }, weight: { type: "integer", default: 1 } },
            },
          },
        },
      },
      status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
  }),
  definition("Gadget", { type: "object", "x-kubernetes-preserve-unknown-fields": true }),
];

function definition(kind: string, openAPIV3Schema: object) {
  const singular = kind.toLowerCase();
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${singular}s.example.org` },
    spec: {
      group: "example.org",
      names: { kind, listKind: `${kind}List`, plural: `${singular}s`, singular },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}
