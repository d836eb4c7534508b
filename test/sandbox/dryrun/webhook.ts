import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { CertificateAuthority } from "../../../sandbox/clusters/certificates";

/** An admission webhook that sees what is labelled for it. */
export interface Webhook {
  /**
   * Its ValidatingWebhookConfigurations, one for each behaviour. One with side effects cannot be made any more: the API
   * server takes only what supports dry runs.
   */
  manifests: string;
  /** Resolves once it has been asked what it is slow to answer; the question has no answer. */
  askedSlowly(): Promise<void>;
  stop(): void;
}

/** What a webhook does: denies, denies and repeats what it was asked, answers too late, or is not there. */
export type Behaviour = "denies" | "echoes" | "slow" | "silent";

interface Review {
  request: { uid: string; object: object; oldObject: object | null };
}

/** Label of the ConfigMaps that a webhook sees. */
export const webhookLabel = "webhook";

export async function startWebhook(directory: string): Promise<Webhook> {
  const authority = await CertificateAuthority.in(directory);
  const { certificateFile, keyFile } = await authority.server();
  let slowlyAsked = () => undefined as void;
  const server = createServer(
    { cert: await readFile(certificateFile), key: await readFile(keyFile) },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        // The server adds its time-out to the address.
        const path = request.url?.split("?")[0];
        if (path === "/slow") {
          slowlyAsked();
          return;
        }
        const asked = JSON.parse(Buffer.concat(chunks).toString()) as Review;
        const { uid, object, oldObject } = asked.request;
        const message = path === "/echoes" ? JSON.stringify([object, oldObject]) : "not on a Monday";
        response.setHeader("Content-Type", "application/json");
        response.end(
          JSON.stringify({
            apiVersion: "admission.k8s.io/v1",
            kind: "AdmissionReview",
            response: { uid, allowed: false, status: { message, code: 403 } },
          }),
        );
      });
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const bundle = (await readFile(authority.certificateFile)).toString("base64");
  const configuration = (value: Behaviour, url: string, timeoutSeconds = 2) =>
    JSON.stringify({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: value },
      webhooks: [
        {
          name: `${value}.example.org`,
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          timeoutSeconds,
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
      configuration("denies", `https://127.0.0.1:${String(port)}/denies`),
      configuration("echoes", `https://127.0.0.1:${String(port)}/echoes`),
      configuration("slow", `https://127.0.0.1:${String(port)}/slow`, 30),
      configuration("silent", "https://127.0.0.1:1/"),
    ].join("\n---\n"),
    askedSlowly: () =>
      new Promise((resolve) => {
        slowlyAsked = resolve;
      }),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
