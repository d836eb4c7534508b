import type { Resource } from "../kubernetes/discovery";
import type { Json, KubernetesObject } from "../render/objects";

/** An object that the cluster knows the kind of. */
export interface Target {
  object: KubernetesObject;
  resource: Resource;
  namespace: string;
  /** With the namespace that kubectl would write into it. */
  manifest: Json;
}

/** An object with what the cluster has of it. */
export interface Pending extends Target {
  /** Undefined if it is not there. */
  live: Json | undefined;
}
