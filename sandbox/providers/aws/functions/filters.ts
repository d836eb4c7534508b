import type { Filter } from "@aws-sdk/client-ec2";
import { list, object, set, string, tags, type Properties } from "../../schema";
import type { Values } from "../../values";
import type { Tags } from "../context";

/** Arguments that every lookup of EC2 takes. */
export const filterArgs: Properties = {
  filters: set(object({ name: string({ required: true }), values: list(string(), { required: true }) })),
  tags: tags(),
  region: string(),
};

/** EC2's filters from a lookup's `filters` and `tags`, and from arguments by the name of their filter. */
export function filters(args: Values, byName: Record<string, unknown> = {}): Filter[] {
  const given = (args.filters ?? []) as { name: string; values: string[] }[];
  const named = Object.entries(byName).filter(([, value]) => value !== undefined);
  return [
    ...named.map(([Name, value]) => ({ Name, Values: [String(value as string | boolean)] })),
    ...Object.entries((args.tags ?? {}) as Tags).map(([key, value]) => ({
      Name: `tag:${key}`,
      Values: [value],
    })),
    ...given.map(({ name, values }) => ({ Name: name, Values: values })),
  ];
}

/** Tags by name, as results have them. */
export function tagMap(found: { Key?: string; Value?: string }[] | undefined): Tags {
  return Object.fromEntries((found ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/**
 * The one thing that a lookup must find.
 * @throws in the words of hashicorp/terraform-provider-aws:internal/tfresource/not_found_error.go
 */
export function single<T>(what: string, found: T[] | undefined): T {
  const [first, ...others] = found ?? [];
  if (first === undefined) throw new Error(`no matching ${what} found`);
  if (others.length > 0)
    throw new Error(
      `multiple ${what}s matched; use additional constraints to reduce matches to a single ${what}`,
    );
  return first;
}
