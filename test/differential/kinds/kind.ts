import fc, { type Arbitrary } from "fast-check";
import type { Path } from "../fields";

/** A field that a manifest of a kind may have, with values that it may have. */
export interface Field {
  path: Path;
  values: Arbitrary<unknown>;
}

/** A kind of object, with what is needed in every manifest of it. */
export interface Kind {
  apiVersion: string;
  kind: string;
  isClusterScoped?: boolean;
  /** Objects that limit others of their namespace have one for themselves. */
  namespace?: string;
  /** The rest of the manifest beside `metadata`. */
  base: object;
  fields: Field[];
}

/** Marks a text that is written without quotes, whatever YAML makes of it. */
export const unquoted = (text: string) => `<unquoted>${text}</unquoted>`;

export const oneOf = (...values: unknown[]) => fc.constantFrom(...values);
export const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });
export const field = (path: string, ...values: unknown[]): Field => ({
  path: steps(path),
  values: oneOf(...values),
});

/** A field that now and then has a value that the server refuses. */
export function withMistakes({ path, values }: Field, ...mistakes: unknown[]): Field {
  return {
    path,
    values: fc.oneof({ weight: 12, arbitrary: values }, { weight: 1, arbitrary: oneOf(...mistakes) }),
  };
}

function steps(path: string): Path {
  return path.split("/").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

export function below(prefix: string, fields: Field[]): Field[] {
  return fields.map(({ path, values }) => ({ path: [...steps(prefix), ...path], values }));
}
