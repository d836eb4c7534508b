import type { PlaceName } from "./places";

/** When the program's engine calls AWS for a resource: `look` is what `pulumi preview` does too. */
export type Operation = "look" | "create" | "update" | "delete";

/** One action of AWS that an update makes, and why. */
export interface Call {
  /** IAM action. */
  action: string;
  /** Where the update role may do it. */
  place: PlaceName;
  /** Operations and the resource types or functions of @pulumi/aws that make the call. */
  by: { operations: Operation[]; of: string[] };
  /** Where that stands: a file of the real provider, or AWS's documentation. */
  source: string;
}

/** Where the real provider's code of each service is. */
export const provider = "hashicorp/terraform-provider-aws:internal/service";

/** Rows that share resource types and a source: `"Action Action": [place, operations]`. */
export function calls(
  service: string,
  of: string[],
  source: string,
  rows: Record<string, [place: PlaceName, ...operations: Operation[]]>,
): Call[] {
  return Object.entries(rows).flatMap(([actions, [place, ...operations]]) =>
    actions
      .split(" ")
      .map((action) => ({ action: `${service}:${action}`, place, by: { operations, of }, source })),
  );
}
