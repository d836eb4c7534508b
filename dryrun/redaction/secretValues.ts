import { isHarmlessValue, namesCredential } from "./credentials";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** What rendered manifests say must not be shown, and what they show openly by its name. */
export interface SecretValues {
  values: Set<string>;
  /** Names and namespaces of objects: whoever sees the report sees them. */
  publicNames: Set<string>;
}

/**
 * The values of all Secrets in manifests (as written and decoded; also those in the annotation that `kubectl apply`
 * leaves, in Lists and in the templates of other kinds), and those of ConfigMaps and environment variables whose
 * names are those of credentials.
 * @param isCredential tells of the name of a ConfigMap's key or a variable.
 */
export function secretValues(manifests: unknown[], isCredential = namesCredential): SecretValues {
  const values = new Set<string>();
  const publicNames = new Set<string>();

  function addCredential(name: string, value: unknown): void {
    const text = asText(value);
    if (isCredential(name)) values.add(text);
    for (const setting of settingsIn(text)) if (isCredential(setting.name)) values.add(setting.value);
  }

  function walk(node: unknown): void {
    if (Array.isArray(node)) {
      node.forEach(walk);
      return;
    }
    if (!isMap(node)) return;
    const { kind, data, stringData, binaryData, metadata, name, value } = node;
    if (isMap(metadata)) addNames(metadata);
    if (kind === "Secret") for (const text of leaves(data)) addEncoded(text);
    for (const text of leaves(stringData)) addWithParts(text);
    if (kind === "ConfigMap") for (const [key, text] of entries(data)) addCredential(key, text);
    if (kind === "ConfigMap")
      for (const [key, text] of entries(binaryData)) addCredential(key, decoded(asText(text)));
    if (typeof name === "string" && value !== undefined) addCredential(name, value);
    Object.values(node).forEach(walk);
  }

  function addNames(metadata: Record<string, unknown>): void {
    for (const name of [metadata.name, metadata.namespace])
      if (typeof name === "string") publicNames.add(name);
    const annotation = isMap(metadata.annotations) ? metadata.annotations[lastApplied] : undefined;
    const applied = typeof annotation === "string" ? parsedJson(annotation) : undefined;
    if (isMap(applied)) walk(applied);
    // Of a Secret that is no JSON any more nothing is known but that it may be a Secret's.
    else if (typeof annotation === "string") values.add(annotation);
  }

  function addEncoded(text: string): void {
    values.add(text);
    addWithParts(decoded(text));
  }

  function addWithParts(text: string): void {
    values.add(text);
    for (const part of leaves(parsedJson(text))) values.add(part);
    for (const { value } of settingsIn(text)) values.add(value);
  }

  manifests.forEach(walk);
  for (const value of values) if (isHarmlessValue(value)) values.delete(value);
  return { values, publicNames };
}

/** `name=value` and `name: value` lines in a text such as a properties file. */
function settingsIn(text: string): { name: string; value: string }[] {
  return [...text.matchAll(/^[ \t]*(?:export +)?["']?([\w.-]+)["']?[ \t]*[=:][ \t]*(\S.*)$/gm)].map(
    ([, name = "", value = ""]) => ({ name, value: value.trim().replace(/^(["'])(.*)\1,?$/, "$2") }),
  );
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

function parsedJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All texts and numbers in a value. */
function leaves(node: unknown): string[] {
  if (Array.isArray(node) || isMap(node)) return Object.values(node).flatMap(leaves);
  return node === undefined || node === null || typeof node === "boolean" ? [] : [asText(node)];
}

function entries(node: unknown): [string, unknown][] {
  return isMap(node) ? Object.entries(node) : [];
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function isMap(node: unknown): node is Record<string, unknown> {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}
