import { run } from "../command";
import { CouldNotCheck } from "../couldNotCheck";
import { asMap, asText } from "../render/objects";
import type { Credential } from "./kubeconfig";

/** How requests prove who sends them. */
export type Proof = { token: string } | { certificate: string; key: string };

/**
 * The proof of a credential; a plugin, such as `aws eks get-token`, is asked for it once.
 * @throws CouldNotCheck if the plugin fails.
 */
export async function proofOf(credential: Credential, signal: AbortSignal): Promise<Proof> {
  if (credential.kind === "token") return { token: credential.token };
  if (credential.kind === "certificate") return { certificate: credential.certificate, key: credential.key };
  const { command, args, environment, apiVersion } = credential;
  // https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
  const question = { apiVersion, kind: "ExecCredential", spec: { interactive: false } };
  const { exitCode, stdout, stderr } = await run(command, args, {
    environment: { ...environment, KUBERNETES_EXEC_INFO: JSON.stringify(question) },
    signal,
  });
  if (exitCode !== 0)
    throw new CouldNotCheck(`${command} gives no credential for the cluster: ${stderr.trim()}`);
  const status = asMap(asMap(parseJson(stdout)).status);
  const [token, certificate, key] = [status.token, status.clientCertificateData, status.clientKeyData].map(
    asText,
  );
  if (token) return { token };
  if (certificate && key) return { certificate, key };
  throw new CouldNotCheck(`${command} answers without a token or certificate for the cluster.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
