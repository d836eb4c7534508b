import { generateKeyPairSync, randomBytes } from "node:crypto";
import { access, readFile, writeFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { join } from "node:path";
import type { CertificateAuthority } from "./certificates";
import { startDaemon, untilReady } from "./daemon";
import { onFreePort } from "./ports";

/** A user whom the API server knows by a token, as the access entries of EKS make users of IAM roles. */
export interface TokenUser {
  token: string;
  user: string;
  groups: string[];
}

/** A running kube-apiserver. */
export interface ApiServer {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts kube-apiserver on 127.0.0.1 and returns when it is ready. There are no controllers: nobody makes default
 * ServiceAccounts, collects garbage, or starts a pod. Everything before the store is real: authentication, RBAC,
 * admission, validation, dry run.
 */
export async function startApiServer(options: {
  binary: string;
  directory: string;
  etcdUrl: string;
  authority: CertificateAuthority;
  users: [administrator: TokenUser, ...others: TokenUser[]];
  /**
   * Path of a kubeconfig by which the server asks who a token is that it does not know itself, and whether somebody may what
   * RBAC does not let them. @default it asks nobody
   */
  reviews?: string;
}): Promise<ApiServer> {
  const { binary, directory, etcdUrl, authority, users, reviews } = options;
  const server = await authority.server();
  const authorityCertificate = await readFile(authority.certificateFile, "utf8");
  const signingKey = await serviceAccountKey(directory);
  const tokens = join(directory, "tokens.csv");
  await writeFile(tokens, users.map(tokenLine).join("\n"), { mode: 0o600 });

  return onFreePort(async (port) => {
    const url = `https://127.0.0.1:${String(port)}`;
    const log = join(directory, "kube-apiserver.log");
    const daemon = startDaemon(
      binary,
      [
        ...["--etcd-servers", etcdUrl, "--secure-port", String(port), "--bind-address", "127.0.0.1"],
        // Without it the server does not start on a machine that has no default route.
        ...["--advertise-address", "127.0.0.1", "--service-cluster-ip-range", "10.0.0.0/24"],
        ...["--tls-cert-file", server.certificateFile, "--tls-private-key-file", server.keyFile],
        ...["--client-ca-file", authority.certificateFile, "--token-auth-file", tokens],
        ...["--authorization-mode", reviews === undefined ? "RBAC" : "RBAC,Webhook"],
        ...["--allow-privileged=true", "--profiling=false"],
        // There is no controller that would make the ServiceAccounts which this plugin wants of every pod.
        ...["--disable-admission-plugins", "ServiceAccount"],
        ...["--service-account-issuer", "https://kubernetes.default.svc"],
        ...["--service-account-key-file", signingKey, "--service-account-signing-key-file", signingKey],
        ...(reviews === undefined ? [] : reviewFlags(reviews)),
      ],
      log,
      // A start makes far more garbage than it keeps, and collecting it at Go's own pace is a tenth of its computing.
      { GOGC: "200" },
    );
    const probe = new Probe(url, authorityCertificate, users[0].token);
    // Admission of the first requests needs the Namespace, which the server makes for itself some time after "ready".
    const ready = async () =>
      (await probe.answers("/readyz")) && (await probe.answers("/api/v1/namespaces/default"));
    await untilReady(daemon, ready, { log, seconds: 60 });
    probe.close();
    return { url, stop: () => daemon.stop() };
  });
}

/** Of its own accord the server remembers answers for a while; with these flags no longer, and a bad one never. */
function reviewFlags(config: string): string[] {
  return [
    ...["--authentication-token-webhook-config-file", config, "--authentication-token-webhook-version", "v1"],
    ...["--authentication-token-webhook-cache-ttl", "0s"],
    ...["--authorization-webhook-config-file", config, "--authorization-webhook-version", "v1"],
    ...["--authorization-webhook-cache-authorized-ttl", "0s"],
    ...["--authorization-webhook-cache-unauthorized-ttl", "0s"],
  ];
}

/** A token that nobody can guess. */
export function newToken(): string {
  return randomBytes(24).toString("hex");
}

// Format: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file
function tokenLine({ token, user, groups }: TokenUser, index: number): string {
  return [token, user, String(index + 1), groups.join(",")].map((field) => `"${field}"`).join(",");
}

/** The key that signs the tokens of ServiceAccounts; it stays, so that tokens live through a restart. */
async function serviceAccountKey(directory: string): Promise<string> {
  const path = join(directory, "service-accounts.key");
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await writeFile(path, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  }
  return path;
}

/** Asks the API server whether it is there, as its administrator. */
class Probe {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    certificate: string,
    private readonly token: string,
  ) {
    this.agent = new Agent({ ca: certificate, keepAlive: true });
  }

  answers(path: string): Promise<boolean> {
    const { agent, token } = this;
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` };
      const asked = request(this.url + path, { agent, headers, timeout: 5_000 }, (response) => {
        response.resume();
        response.once("end", () => {
          resolve(response.statusCode === 200);
        });
        response.once("error", reject);
      });
      asked.once("timeout", () => asked.destroy(new Error("no answer")));
      asked.once("error", reject);
      asked.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
