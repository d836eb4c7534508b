import type { Appearance } from "./retry";
import type { Values } from "./values";

/** What holds for a property of any kind. */
export interface PropertyRules {
  required?: boolean;
  /** The service fills it where the program does not: leaving it out is never a change. */
  computed?: boolean;
  /** Only ever set by the service. */
  output?: boolean;
  /** A change makes a new resource (`ForceNew` of the real provider). */
  replaces?: boolean;
  /** Filled in by the real provider where the program gives nothing. */
  default?: unknown;
  secret?: boolean;
  oneOf?: readonly string[];
  /** Least and greatest number. */
  between?: readonly [number, number];
}

/** A property of a resource, a function or the provider's configuration. */
export type Property = PropertyRules &
  (
    | { kind: "string" | "number" | "boolean" | "json" | "tags" }
    | { kind: "list" | "set"; element: Property }
    | { kind: "object"; properties: Properties }
  );

export type Properties = Record<string, Property>;

export const string = (rules: PropertyRules = {}): Property => ({ kind: "string", ...rules });
export const number = (rules: PropertyRules = {}): Property => ({ kind: "number", ...rules });
export const boolean = (rules: PropertyRules = {}): Property => ({ kind: "boolean", ...rules });
/** A JSON document, given as text or as an object; compared by its content. */
export const json = (rules: PropertyRules = {}): Property => ({ kind: "json", ...rules });
/** Text by name. */
export const tags = (rules: PropertyRules = {}): Property => ({ kind: "tags", ...rules });
export const list = (element: Property, rules: PropertyRules = {}): Property => ({
  kind: "list",
  element,
  ...rules,
});
/** A list whose order means nothing. */
export const set = (element: Property, rules: PropertyRules = {}): Property => ({
  kind: "set",
  element,
  ...rules,
});
export const object = (properties: Properties, rules: PropertyRules = {}): Property => ({
  kind: "object",
  properties,
  ...rules,
});

/** A change that an update has to make. */
export interface Change {
  /** What the resource was. */
  prior: Values;
  /** What the program wants. */
  inputs: Values;
  /** Whether any of these properties differs. */
  changes: (...properties: string[]) => boolean;
}

/** One row of a provider's table: everything Pulumi needs to know of a resource type, and its calls. */
export interface ResourceType<Context> {
  properties: Properties;
  /** The property that gets `<name>-<7 hex digits>` where the program gives none, and its greatest length. */
  autoname?: { property: string; maxLength: number };
  /** Of each group exactly one property must be given. */
  exactlyOneOf?: string[][];
  /** Of each pair at most one property may be given. */
  conflicts?: [string, string][];
  /** Properties whose change replaces only in this combination of old state and new inputs. */
  replacesWhen?(prior: Values, inputs: Values, context: () => Context): string[] | Promise<string[]>;
  /** Makes the resource; `state` is what only its making reveals. */
  create(context: Context, inputs: Values): Promise<{ id: string; state?: Values }>;
  /** How long the real provider waits for a new resource to appear. Without it, one that does not is half made. */
  appears?: Appearance;
  /** The answer to the making is all that the real provider looks at: it does not read a new resource. */
  isAnswered?: true;
  /** A new resource that is not there when it is read is forgotten: the real provider takes it for deleted. */
  isForgottenUnseen?: true;
  /** On Terraform's newer framework, where an update that fails leaves the state as it was. */
  isOfFramework?: true;
  /** What must follow the making; when it fails, the resource exists and is kept as half made. */
  afterCreate?(context: Context, id: string, inputs: Values): Promise<void>;
  /** Everything about the resource, or undefined where it is gone. */
  read(context: Context, id: string, prior: Values): Promise<Values | undefined>;
  /** Changes it in place; gives what only the change reveals. Without it every change replaces. */
  update?(context: Context, id: string, change: Change): Promise<Values | void>;
  delete(context: Context, id: string, state: Values): Promise<void>;
  /** Turns what a person gives to `pulumi import` into an id and what reading needs. Default: it is the id. */
  import?(context: Context, given: string): Promise<{ id: string; prior: Values }>;
}

/** A function that a program can call. */
export interface FunctionType<Context> {
  args: Properties;
  call(context: Context, args: Values): Promise<Values>;
}

/** A provider: its tables and how it is configured. */
export interface Provider<Context> {
  name: string;
  version: string;
  config: Properties;
  resources: Record<string, ResourceType<Context>>;
  functions: Record<string, FunctionType<Context>>;
  /** Called once, before everything else. */
  configure(config: Values): Promise<void>;
  /** What the calls of a resource or function with these properties work with. */
  context(properties: Values): Context;
  /** Adds to checked inputs what the provider's configuration says. */
  complete?(type: ResourceType<Context>, inputs: Values): Values;
}
