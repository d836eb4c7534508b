import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { CertificateAuthority } from "../../../sandbox/clusters/certificates";

/** An admission webhook that denies what is labelled for it. */
export interface Webhook {
  /**
   * Its ValidatingWebhookConfigurations: one that denies, one that nobody answers. One with side effects cannot be made
   * any more: the API server takes only what supports dry runs.
   */
  manifests: string;
  stop(): void;
}

interface Review {
  request: { uid: string };
}

/** Label of the ConfigMaps that a webhook sees. */
export const webhookLabel = "webhook";

export async function startWebhook(directory: string): Promise<Webhook> {
  const authority = await CertificateAuthority.in(directory);
  const { certificateFile, keyFile } = await authority.server();
  const server = createServer(
    { cert: await readFile(certificateFile), key: await readFile(keyFile) },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { uid } = (JSON.parse(Buffer.concat(chunks).toString()) as Review).request;
        response.setHeader("Content-Type", "application/json");
        response.end(
          JSON.stringify({
            apiVersion: "admission.k8s.io/v1",
            kind: "AdmissionReview",
            response: { uid, allowed: false, status: { message: "not on a Monday", code: 403 } },
          }),
        );
      });
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const bundle = (await readFile(authority.certificateFile)).toString("base64");
  const configuration = (value: string, url: string) =>
    JSON.stringify({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: value },
      webhooks: [
        {
          name: `${value}.example.org`,
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          timeoutSeconds: 2,
          objectSelector: { matchLabels: { [webhookLabel]: value } },
          clientConfig: { url, caBundle: bundle },
          rules: [
            {
              apiGroups: [""],
              apiVersions: ["v1"],
              resources: ["configmaps"],
              operations: ["CREATE", "UPDATE"],
            },
          ],
        },
      ],
    });
  return {
    manifests: [
      configuration("denies", `https://127.0.0.1:${String(port)}/`),
      configuration("silent", "https://127.0.0.1:1/"),
    ].join("\n---\n"),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
