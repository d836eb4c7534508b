import type { Token } from "./store";

/**
 * Whether a token counts as an administrator's. An app has no role: what it may do has been looked up among its
 * permissions before a route asks.
 */
export function mayAdminister({ role, app }: Token): boolean {
  return role === "admin" || app !== undefined;
}
