import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CouldNotCheck } from "../couldNotCheck";
import { asMap, asText, type Json } from "../render/objects";
import { parseYaml } from "../render/yaml";

/** The cluster and the user of a kubeconfig's current context, with its files read. */
export interface Kubeconfig {
  /** Address of the API server. */
  server: string;
  /** Namespace of objects that name none. */
  namespace: string;
  /** PEM; absent means the authorities of the machine. */
  certificateAuthority?: string;
  insecureSkipTlsVerify: boolean;
  tlsServerName?: string;
  credential: Credential;
}

export type Credential =
  | { kind: "token"; token: string }
  | { kind: "certificate"; certificate: string; key: string }
  | {
      kind: "exec";
      command: string;
      args: string[];
      environment: Record<string, string>;
      apiVersion: string;
    };

/**
 * Reads a kubeconfig as kubectl does (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/).
 * @param context name of a context. @default the current one
 * @throws CouldNotCheck that says what is missing; never with a credential in it.
 */
export function readKubeconfig(path: string, context?: string): Kubeconfig {
  const config = readFileAsYaml(path);
  const contextName = context ?? asText(config["current-context"]);
  const fail = (problem: string): never => {
    throw new CouldNotCheck(`the kubeconfig ${path} ${problem}.`);
  };
  const named = (list: string, name: string, field: string): Json => {
    const entries = Array.isArray(config[list]) ? config[list].map(asMap) : [];
    const entry = entries.find((candidate) => candidate.name === name);
    return entry ? asMap(entry[field]) : fail(`has no entry ${JSON.stringify(name)} in its ${list}`);
  };
  const chosen = named("contexts", contextName, "context");
  const cluster = named("clusters", asText(chosen.cluster), "cluster");
  const user = named("users", asText(chosen.user), "user");
  if (cluster["proxy-url"]) fail("reaches its cluster through a proxy (proxy-url), which is not supported");

  const content = (entry: Json, name: string): string | undefined => {
    const data = asText(entry[`${name}-data`]);
    if (data) return Buffer.from(data, "base64").toString("utf8");
    const file = asText(entry[name]);
    return file ? readTextFile(resolve(dirname(path), file)) : undefined;
  };
  const server = asText(cluster.server);
  if (!/^https?:\/\//.test(server)) fail("has no address of an API server");
  return {
    server: server.replace(/\/$/, ""),
    namespace: asText(chosen.namespace) || "default",
    certificateAuthority: content(cluster, "certificate-authority"),
    insecureSkipTlsVerify: cluster["insecure-skip-tls-verify"] === true,
    tlsServerName: asText(cluster["tls-server-name"]) || undefined,
    credential:
      credentialOf(user, content, dirname(path)) ?? fail("has a user without token, certificate or exec"),
  };
}

function credentialOf(
  user: Json,
  content: (entry: Json, name: string) => string | undefined,
  folder: string,
): Credential | undefined {
  const [certificate, key] = [content(user, "client-certificate"), content(user, "client-key")];
  if (certificate && key) return { kind: "certificate", certificate, key };
  const tokenFile = asText(user.tokenFile);
  const token = tokenFile ? readTextFile(resolve(folder, tokenFile)).trim() : asText(user.token);
  if (token) return { kind: "token", token };
  const exec = asMap(user.exec);
  if (!exec.command) return undefined;
  const variables = Array.isArray(exec.env) ? exec.env.map(asMap) : [];
  return {
    kind: "exec",
    command: asText(exec.command),
    args: Array.isArray(exec.args) ? exec.args.map(String) : [],
    environment: Object.fromEntries(variables.map(({ name, value }) => [asText(name), asText(value)])),
    apiVersion: asText(exec.apiVersion),
  };
}

function readFileAsYaml(path: string): Json {
  const text = readTextFile(path);
  try {
    return asMap(parseYaml(text).value);
  } catch {
    throw new CouldNotCheck(`the kubeconfig ${path} is no YAML.`);
  }
}

function readTextFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CouldNotCheck(
      `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}.`,
    );
  }
}
