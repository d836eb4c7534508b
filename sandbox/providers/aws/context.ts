import type { ResourceType } from "../schema";
import { string, tags, type Properties, type Property } from "../schema";
import type { Values } from "../values";
import type { Clients } from "./clients";

/** What the calls of AWS's resource types and functions work with. */
export interface Aws extends Clients {
  region: string;
  accountId: string;
  /** Tags that the provider's configuration puts on everything. */
  defaultTags: Record<string, string>;
}

export type AwsResource = ResourceType<Aws>;

/** Tags as Pulumi has them. */
export type Tags = Record<string, string>;

/** `region` of every regional resource since version 7; a change replaces. */
export const regionProperty: Property = string({ computed: true, replaces: true });

/** `tags` as given, and with the provider's default tags as `tagsAll`. */
export const tagProperties: Properties = { tags: tags(), tagsAll: tags() };

/** Tags as most services list them. */
export function tagList(all: unknown): { Key: string; Value: string }[] {
  return Object.entries((all ?? {}) as Tags).map(([Key, Value]) => ({ Key, Value }));
}

/** `tags` and `tagsAll` of a resource's state, from the tags that the service lists. */
export function tagState(
  aws: Aws,
  found: { Key?: string; Value?: string }[] | undefined,
  prior: Values,
): Values {
  return tagStateOf(
    aws,
    Object.fromEntries((found ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    prior,
  );
}

/** The same from tags by name. AWS's own tags are not the program's business. */
export function tagStateOf(aws: Aws, found: Tags | undefined, prior: Values): Values {
  const tagsAll = Object.fromEntries(Object.entries(found ?? {}).filter(([key]) => !key.startsWith("aws:")));
  const given = (prior.tags ?? {}) as Tags;
  const own = Object.entries(tagsAll).filter(
    ([key, value]) => key in given || aws.defaultTags[key] !== value,
  );
  return { tags: Object.fromEntries(own), tagsAll };
}

/** What an update has to tag and to untag. */
export function tagChange(prior: Values, inputs: Values): { put: Tags; remove: string[] } {
  const before = (prior.tagsAll ?? {}) as Tags;
  const after = (inputs.tagsAll ?? {}) as Tags;
  return {
    put: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
    remove: Object.keys(before).filter((key) => !(key in after)),
  };
}

/** An Amazon resource name in the account and region. */
export function arn(aws: Aws, service: string, resource: string): string {
  return `arn:aws:${service}:${aws.region}:${aws.accountId}:${resource}`;
}

/** Runs a call and gives undefined where the service says that the thing is not there. */
export async function unlessGone<T>(codes: string[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (codes.includes((error as { code: string }).code)) return undefined;
    throw error;
  }
}

/** Runs a call; its error says what it was for, as the real provider's. */
export async function doing<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw Object.assign(error as Error, { message: `${what}: ${(error as Error).message}` });
  }
}

/** A property that must be text. */
export function text(values: Values, key: string): string {
  const value = values[key];
  if (typeof value !== "string") throw new Error(`"${key}" is ${JSON.stringify(value)}, expected text`);
  return value;
}

/** A property that is text or absent; empty text counts as absent. */
export function optionalText(values: Values, key: string): string | undefined {
  return values[key] === undefined || values[key] === "" ? undefined : text(values, key);
}
