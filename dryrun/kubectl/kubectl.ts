import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, run } from "../command";
import type { Proof } from "../kubernetes/credentials";
import type { Kubeconfig } from "../kubernetes/kubeconfig";

/** Runs kubectl against the cluster. */
export type Kubectl = (args: string[], input: string) => Promise<CommandResult>;

export interface KubectlOptions {
  /** Path of the binary. */
  binary: string;
  kubeconfig: Kubeconfig;
  /** The proof that the cluster takes now. */
  proof: () => Proof;
  /** Folder for its files, which nobody else can read. */
  folder: string;
  signal: AbortSignal;
}

/** Connects kubectl with the cluster. Its kubeconfig holds the proof itself: a plugin is not asked again each time. */
export function connectKubectl({ binary, kubeconfig, proof, folder, signal }: KubectlOptions): Kubectl {
  const flags = [`--cache-dir=${join(folder, "cache")}`, "--request-timeout=60s"];
  const files = new Map<Proof, string>();
  const fileFor = (current: Proof) => {
    const file = files.get(current) ?? join(folder, `kubeconfig-${String(files.size)}`);
    if (!files.has(current))
      writeFileSync(file, JSON.stringify(kubeconfigFor(kubeconfig, current)), { mode: 0o600 });
    files.set(current, file);
    return file;
  };
  return (args, input) =>
    run(binary, [...args, `--kubeconfig=${fileFor(proof())}`, ...flags], { input, signal });
}

function kubeconfigFor(kubeconfig: Kubeconfig, proof: Proof): object {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const { certificateAuthority, insecureSkipTlsVerify, tlsServerName } = kubeconfig;
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "dry-run",
    clusters: [
      {
        name: "dry-run",
        cluster: {
          server: kubeconfig.server,
          ...(certificateAuthority && { "certificate-authority-data": base64(certificateAuthority) }),
          ...(insecureSkipTlsVerify && { "insecure-skip-tls-verify": true }),
          ...(tlsServerName && { "tls-server-name": tlsServerName }),
        },
      },
    ],
    users: [
      {
        name: "dry-run",
        user:
          "token" in proof
            ? { token: proof.token }
            : { "client-certificate-data": base64(proof.certificate), "client-key-data": base64(proof.key) },
      },
    ],
    contexts: [
      { name: "dry-run", context: { cluster: "dry-run", user: "dry-run", namespace: kubeconfig.namespace } },
    ],
  };
}
