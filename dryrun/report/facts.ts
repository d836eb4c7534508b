import { inlineCode } from "./inertText";
import type { Report } from "./types";

/** The overlay and the cluster, as Markdown. */
export function whereOf({ overlay, clusterName }: Report): string {
  return `${inlineCode(overlay)}${clusterName ? ` on ${inlineCode(clusterName)}` : ""}`;
}

/** What a run was made with, and how long it took, as Markdown. */
export function facts({ applied, server, kubectl, guard, durationSeconds }: Report): string {
  return [
    server && `Kubernetes ${inlineCode(server.version)}`,
    kubectl && `kubectl ${inlineCode(kubectl.version)}`,
    guard === "proven" && "guard proven",
    // Who applies is not held by the guard.
    guard === "not-reached" && !applied && "guard not asked",
    `${durationSeconds.toFixed(1)} s`,
  ]
    .filter(Boolean)
    .join(", ");
}
