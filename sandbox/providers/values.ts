import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** A property bag: what a program gives a resource, or what a resource is. */
export type Values = Record<string, unknown>;

/**
 * Stands on the wire for a value that only the update itself will bring.
 * Source of this and the signatures below: pulumi/pulumi:sdk/nodejs/runtime/rpc.ts.
 */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** A property bag as it came over the wire, without its wrappers. */
export interface Decoded {
  values: Values;
  /** The properties that hold a secret somewhere inside. */
  secrets: Set<string>;
}

/** Takes secrets and outputs out of their wrappers, and remembers which properties are secret. */
export function decode(struct: Struct | undefined): Decoded {
  const values: Values = {};
  const secrets = new Set<string>();
  for (const [key, wrapped] of Object.entries((struct?.toJavaScript() ?? {}) as Values)) {
    values[key] = unwrap(wrapped, () => secrets.add(key));
  }
  return { values, secrets };
}

/** Puts a property bag on the wire; absent values are left out, `secrets` are wrapped. */
export function encode(values: Values, secrets: ReadonlySet<string> = new Set()): Struct {
  const wrapped = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      secrets.has(key) && value !== undefined ? { [signature]: secretSignature, value } : value,
    ]),
  );
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(wrapped)) as Record<string, JavaScriptValue>);
}

/** Whether a value, or anything in it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** A property bag without some of its properties. */
export function omit(values: Values, ...keys: string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}

/** Whether a value is an object that is not a list. */
export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unwrap(value: unknown, onSecret: () => void): unknown {
  if (Array.isArray(value)) return value.map((item) => unwrap(item, onSecret));
  if (!isObject(value)) return value;
  switch (value[signature]) {
    case secretSignature:
      onSecret();
      return unwrap(value.value, onSecret);
    case outputSignature:
      if (value.secret) onSecret();
      return "value" in value ? unwrap(value.value, onSecret) : unknown;
    default:
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item, onSecret)]));
  }
}
