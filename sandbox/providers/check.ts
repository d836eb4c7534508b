import { createHash, randomBytes } from "node:crypto";
import type { Properties, Property, ResourceType } from "./schema";
import { hasUnknown, isObject, omit, unknown, type Values } from "./values";

/** A mistake in what the program gave, at a property. */
export interface Failure {
  property: string;
  reason: string;
}

/** Inputs of the real provider carry the names of those that the program did not give; a hidden property. */
export const defaultsKey = "__defaults";

/** What the inputs of a resource are checked with. */
export interface CheckOptions {
  /** The resource's name in the program. */
  name: string;
  /** The inputs of the last update, empty for a new resource. */
  olds: Values;
  /** Makes names that are the same in preview and update; empty for none. */
  seed: Uint8Array;
}

/** Checks a resource's inputs and fills in defaults and its name, as the real provider does before a preview. */
export function checkResource(
  token: string,
  type: ResourceType<never>,
  news: Values,
  options: CheckOptions,
): { inputs: Values; failures: Failure[] } {
  const given = omit(news, defaultsKey);
  const inputs = withDefaults(type.properties, given);
  if (type.autoname && inputs[type.autoname.property] === undefined) {
    inputs[type.autoname.property] = autoname(type.autoname, options);
  }
  const failures = [
    ...findMistakes(token, type.properties, inputs, options.name),
    ...findConflicts(type, given, options.name),
  ];
  inputs[defaultsKey] = Object.keys(inputs).filter((key) => !(key in given));
  return { inputs, failures };
}

/** Every unknown, missing or misshapen property, by its path. */
export function findMistakes(
  token: string,
  properties: Properties,
  values: Values,
  owner: string,
): Failure[] {
  const inputs = Object.entries(properties).filter(([, property]) => !property.output);
  const known = inputs.map(([key]) => key);
  const strangers = Object.keys(values).filter((key) => !known.includes(key));
  return [
    ...strangers.map((key) => ({
      property: key,
      reason:
        `the sandbox's stand-in does not know the property "${key}" of ${token}. ` +
        `It knows: ${known.sort().join(", ")}`,
    })),
    ...inputs.flatMap(([key, property]) => findMistake(token, property, values[key], owner, key)),
  ];
}

function findMistake(
  token: string,
  property: Property,
  value: unknown,
  owner: string,
  path: string,
): Failure[] {
  if (value === undefined || value === null) return property.required ? [missing(owner, path)] : [];
  if (value === unknown) return [];
  const wrong = (expected: string) => [
    { property: path, reason: `expected ${expected}, got ${show(value)}` },
  ];
  switch (property.kind) {
    case "string":
      if (typeof value !== "string") return wrong("a string");
      if (property.oneOf && !property.oneOf.includes(value))
        return wrong(`one of ${property.oneOf.join(", ")}`);
      return [];
    case "number":
      if (typeof value !== "number") return wrong("a number");
      if (property.between && (value < property.between[0] || value > property.between[1])) {
        return wrong(`a number in the range (${property.between.join(" - ")})`);
      }
      return [];
    case "boolean":
      return typeof value === "boolean" ? [] : wrong("a boolean");
    case "json":
      return typeof value === "string" && !isJson(value) && !hasUnknown(value) ? wrong("valid JSON") : [];
    case "tags":
      return isObject(value) ? [] : wrong("text by name");
    case "list":
    case "set":
      if (!Array.isArray(value)) return wrong("a list");
      return value.flatMap((item, i) =>
        findMistake(token, property.element, item, owner, `${path}[${String(i)}]`),
      );
    case "object":
      if (!isObject(value)) return wrong("an object");
      return findMistakes(`${token} (${path})`, property.properties, value, owner).map((failure) => ({
        ...failure,
        property: failure.property.startsWith(path) ? failure.property : `${path}.${failure.property}`,
      }));
  }
}

/** In the words of pulumi/pulumi-terraform-bridge:pkg/tfbridge/provider.go. */
function missing(owner: string, path: string): Failure {
  const argument = path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    property: path,
    reason:
      `Missing required argument. The argument "${argument}" is required, but no definition was found.. ` +
      `Examine values at '${owner}.${path}'.`,
  };
}

function findConflicts(type: ResourceType<never>, given: Values, owner: string): Failure[] {
  const present = (key: string) => given[key] !== undefined && given[key] !== "";
  const groups = (type.exactlyOneOf ?? [])
    .filter((group) => group.filter(present).length !== 1)
    .map((group) => ({
      property: group[0] ?? owner,
      reason:
        `Invalid combination of arguments: exactly one of ${group.join(", ")} must be given, ` +
        `got ${group.filter(present).join(", ") || "none"}`,
    }));
  const pairs = (type.conflicts ?? [])
    .filter((pair) => pair.every(present))
    .map(([first, second]) => ({
      property: first,
      reason: `Conflicting configuration: "${first}" with "${second}"`,
    }));
  return [...groups, ...pairs];
}

/** Fills in defaults, also inside nested objects, and turns JSON given as an object into text. */
export function withDefaults(properties: Properties, values: Values): Values {
  const filled: Values = {};
  for (const [key, value] of Object.entries(values)) {
    const property = properties[key];
    if (value !== undefined && value !== null) filled[key] = property ? withDefault(property, value) : value;
  }
  for (const [key, property] of Object.entries(properties)) {
    if (filled[key] === undefined && property.default !== undefined) filled[key] = property.default;
  }
  return filled;
}

function withDefault(property: Property, value: unknown): unknown {
  if (property.kind === "json" && isObject(value)) return hasUnknown(value) ? unknown : JSON.stringify(value);
  if (property.kind === "object" && isObject(value)) return withDefaults(property.properties, value);
  if ((property.kind === "list" || property.kind === "set") && Array.isArray(value)) {
    return value.map((item) => withDefault(property.element, item));
  }
  return value;
}

/**
 * A name from the resource's own and seven hexadecimal digits; the old one, where there is one.
 * @throws when the name would be longer than the service takes
 */
function autoname(rule: { property: string; maxLength: number }, options: CheckOptions): string {
  const old = options.olds[rule.property];
  if (typeof old === "string") return old;
  const random =
    options.seed.length > 0
      ? createHash("sha256").update(options.seed).digest("hex")
      : randomBytes(4).toString("hex");
  const name = `${options.name}-${random.slice(0, 7)}`;
  if (name.length > rule.maxLength) {
    throw new Error(
      `the name '${options.name}' plus 7 random characters is longer than maximum length ${String(rule.maxLength)}`,
    );
  }
  return name;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function show(value: unknown): string {
  return `${Array.isArray(value) ? "a list" : typeof value} ${JSON.stringify(value)}`;
}
