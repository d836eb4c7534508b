import { isDeepStrictEqual } from "node:util";
import type { Properties, Property, ResourceType } from "./schema";
import { isObject, unknown, type Values } from "./values";

/** One property that differs between what a resource is and what the program wants. */
export interface PropertyDifference {
  /** As Pulumi writes it: `environment.image`, `subnets[1]`. */
  path: string;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

/**
 * Compares as Terraform plans: the resource's state against the program's inputs, not inputs against inputs, so that
 * drift shows after a refresh. What the service fills in (`computed`) is no difference where the program is silent.
 */
export function diffResource(
  { properties }: ResourceType<never>,
  state: Values,
  inputs: Values,
): PropertyDifference[] {
  return diffObject(properties, state, inputs, "", false);
}

/** Every difference between two property bags. */
export function diffObject(
  properties: Properties,
  state: Values,
  inputs: Values,
  prefix: string,
  replaces: boolean,
): PropertyDifference[] {
  return Object.entries(properties).flatMap(([key, property]) =>
    property.output
      ? []
      : diffProperty(property, state[key], inputs[key], prefix ? `${prefix}.${key}` : key, replaces),
  );
}

function diffProperty(
  property: Property,
  state: unknown,
  input: unknown,
  path: string,
  parentReplaces: boolean,
): PropertyDifference[] {
  const replaces = parentReplaces || (property.replaces ?? false);
  if (input === undefined && property.computed) return [];
  if (isEmpty(state) && isEmpty(input)) return [];
  if (isEmpty(input)) return [{ path, kind: "delete", replaces }];
  if (isEmpty(state)) return [{ path, kind: "add", replaces }];
  if (property.kind === "object" && isObject(state) && isObject(input)) {
    return diffObject(property.properties, state, input, path, replaces);
  }
  if (property.kind === "tags" && isObject(state) && isObject(input))
    return diffTags(state, input, path, replaces);
  if (property.kind === "list" && Array.isArray(state) && Array.isArray(input)) {
    return diffList(property.element, state, input, path, replaces);
  }
  return equal(property, state, input) ? [] : [{ path, kind: "update", replaces }];
}

function diffList(element: Property, state: unknown[], input: unknown[], path: string, replaces: boolean) {
  const longer = Math.max(state.length, input.length);
  return Array.from({ length: longer }, (_, i) => i).flatMap((i) =>
    diffProperty(element, state[i], input[i], `${path}[${String(i)}]`, replaces),
  );
}

function diffTags(state: Values, input: Values, path: string, replaces: boolean): PropertyDifference[] {
  return [...new Set([...Object.keys(state), ...Object.keys(input)])]
    .filter((key) => state[key] !== input[key])
    .map((key) => ({
      path: /^[A-Za-z_][\w]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`,
      kind: key in state ? (key in input ? "update" : "delete") : "add",
      replaces,
    }));
}

/** Whether a property's state is what the input asks for. */
export function equal(property: Property, state: unknown, input: unknown): boolean {
  if (input === unknown) return false;
  switch (property.kind) {
    case "json":
      return isDeepStrictEqual(document(state), document(input));
    case "set":
      return equalSets(property.element, state, input);
    case "list":
    case "object":
    case "tags":
      return diffProperty(property, state, input, "", false).length === 0;
    default:
      return state === input;
  }
}

function equalSets(element: Property, state: unknown, input: unknown): boolean {
  if (!Array.isArray(state) || !Array.isArray(input) || state.length !== input.length) return false;
  const left = [...(state as unknown[])];
  return input.every((wanted) => {
    const found = left.findIndex((item) => equal(element, item, wanted));
    if (found >= 0) left.splice(found, 1);
    return found >= 0;
  });
}

/** Terraform's SDK does not tell an empty value from an absent one. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** A JSON document as it is meant: a single text and a list of one text are the same in an IAM policy. */
function document(value: unknown): unknown {
  try {
    return normalise(typeof value === "string" ? JSON.parse(value) : value);
  } catch {
    return value;
  }
}

function normalise(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(normalise);
    return items.length === 1
      ? items[0]
      : items.every((item) => typeof item === "string")
        ? [...items].sort()
        : items;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalise(item)]));
}
