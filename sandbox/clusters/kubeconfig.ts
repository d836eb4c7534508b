import type { Certificate } from "./certificates";

/** How a kubeconfig says who one is. */
export type Credential = { token: string } | Certificate;

/** Text of a kubeconfig with one cluster, one user and the context of both. */
export function kubeconfig(url: string, authorityCertificate: string, credential: Credential): string {
  const user =
    "token" in credential
      ? { token: credential.token }
      : {
          "client-certificate-data": base64(credential.certificate),
          "client-key-data": base64(credential.key),
        };
  const name = "sandbox";
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        { name, cluster: { server: url, "certificate-authority-data": base64(authorityCertificate) } },
      ],
      users: [{ name, user }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    },
    null,
    2,
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
