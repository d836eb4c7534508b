import { asMap, type Json } from "../render/objects";

/** The annotation in which `kubectl apply` keeps what it applied last. */
export const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

/** What `kubectl apply` would write into its annotation (kubernetes/kubectl:pkg/util/apply.go). */
export function lastAppliedText(manifest: Json): string {
  const metadata = asMap(manifest.metadata);
  const annotations = { ...asMap(metadata.annotations) };
  delete annotations[lastAppliedAnnotation];
  return `${goJson({ ...manifest, metadata: { ...metadata, annotations } })}\n`;
}

/** The manifest as `kubectl apply` sends it for an object that is not there. */
export function withLastApplied(manifest: Json): Json {
  const metadata = asMap(manifest.metadata);
  const annotations = { ...asMap(metadata.annotations), [lastAppliedAnnotation]: lastAppliedText(manifest) };
  return { ...manifest, metadata: { ...metadata, annotations } };
}

/** Text of the annotation of an object in the cluster. */
export function lastAppliedOf(live: Json): unknown {
  return asMap(asMap(live.metadata).annotations)[lastAppliedAnnotation];
}

/** JSON as Go writes it: keys in order, and what could end a script element escaped. */
function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${entries.map(([key, item]) => `${goText(key)}:${goJson(item)}`).join(",")}}`;
  }
  return typeof value === "string" ? goText(value) : JSON.stringify(value);
}

const escaped = /[<>&\u2028\u2029]/g;

function goText(text: string): string {
  return JSON.stringify(text).replace(
    escaped,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
