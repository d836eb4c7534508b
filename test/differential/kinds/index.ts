import { customResources } from "./customResources";
import type { Kind } from "./kind";
import { limits } from "./limits";
import { networking } from "./networking";
import { settings } from "./settings";
import { workloads } from "./workloads";

/** Every kind that cases are made of. */
export const kinds: Kind[] = [...workloads, ...networking, ...settings, ...limits, ...customResources];
