import type { Api } from "../kubernetes/api";
import type { Report } from "../report/types";
import { asText } from "../render/objects";
import { guardPolicyName, isGuardsDenial } from "./denial";

export interface Probed {
  guard: Report["guard"];
  /** Why the guard is not proven. */
  message?: string;
}

/**
 * Proves that this identity cannot write: it really creates the Namespace `default`. That is there already in every
 * cluster, so nothing is ever written; with the guard our policy denies it before the server looks. It finds mistakes in
 * set-up; hostile code would skip it, and is held by the guard itself.
 */
export async function probeGuard(api: Api): Promise<Probed> {
  const { code, body } = await api.send({
    method: "POST",
    path: "/api/v1/namespaces",
    body: JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } }),
  });
  const message = asText(body.message);
  if (code === 403 && isGuardsDenial(message)) return { guard: "proven" };
  if (code === 409 || (code >= 200 && code < 300)) {
    return {
      guard: "unguarded",
      message: `Nothing keeps this identity from writing to the cluster: the policy ${guardPolicyName} did not deny a real request. Install the guard: npm run guard -- install`,
    };
  }
  const answer = code === 0 ? message : `${String(code)}: ${message}`;
  return {
    guard: "cannot-prove",
    message: `The cluster answered the probe otherwise than through the policy ${guardPolicyName} (${answer}). Install the guard: npm run guard -- install`,
  };
}
