import type { KubernetesObject } from "./kubernetesObjects";
import { groupOf } from "./kubernetesObjects";

/**
 * What a dry run says of an object: the cluster has it as it is, it would change, the cluster would refuse it, it is
 * not checked for a known reason, or checking it failed.
 */
export type State = "unchanged" | "changed" | "refused" | "not checked" | "failed";

/** What came of one object. */
export interface Outcome {
  object: KubernetesObject;
  state: State;
  /** The difference, or why. */
  text: string;
}

/**
 * Answers that are not about the manifest: the cluster was not reached, did not let the runner in, or a part of it
 * is broken. Wording: kubernetes/kubectl:pkg/cmd/util/helpers.go, kubernetes/apimachinery:pkg/api/errors/errors.go,
 * kubernetes/apiserver:pkg/admission/plugin/webhook, pkg/endpoints/handlers/responsewriters/errors.go.
 */
const notAboutTheManifest = [
  /Unable to connect to the server|The connection to the server \S+ was refused/,
  /connection refused|connection reset|no route to host|i\/o timeout|TLS handshake timeout|deadline exceeded/,
  /\((Unauthorized|ServiceUnavailable|InternalError|Timeout|ServerTimeout|TooManyRequests)\)/,
  /You must be logged in to the server/,
  /User ".*" cannot \S+ resource/,
  /failed to download openapi/,
  /failed calling webhook/,
  /does not support dry run/,
];

/** What it means that `kubectl apply --dry-run=server` failed for an object. */
export function judgeFailure(
  object: KubernetesObject,
  message: string,
  rendered: KubernetesObject[],
): Outcome {
  if (notAboutTheManifest.some((pattern) => pattern.test(message)))
    return { object, state: "failed", text: message };
  const awaited = awaitedObject(object, message, rendered);
  // A dry run of one object does not see the others that come with it; a real apply creates them first.
  if (awaited) return { object, state: "not checked", text: `${awaited} comes with the same change.` };
  return { object, state: "refused", text: message };
}

function awaitedObject(
  object: KubernetesObject,
  message: string,
  rendered: KubernetesObject[],
): string | undefined {
  const { namespace, kind } = object;
  if (message.includes(`namespaces "${namespace}" not found`)) {
    if (rendered.some((other) => other.kind === "Namespace" && other.name === namespace))
      return "Its namespace";
  }
  if (message.includes(`no matches for kind "${kind}"`)) {
    const group = groupOf(object);
    if (rendered.some(({ defines }) => defines?.group === group && defines.kind === kind))
      return "Its definition";
  }
  return undefined;
}
