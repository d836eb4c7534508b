import type { Api } from "../kubernetes/api";
import { asMap, asText, type Json } from "../render/objects";

/** Most pods that are looked at, events that are shown and lines of a log. */
const most = { pods: 3, events: 5, lines: 10 };

/** What a person would look at first where a workload does not get ready. */
export interface Why {
  /** A sentence or line each; what may not be read is left out. Not redacted. */
  lines: string[];
  /** Secrets that the pods use: their values may stand in the lines, and must not be shown. */
  hidden: Json[];
}

/**
 * Looks at what a workload's pods' containers wait for, at warnings about it and its pods, and at the last lines of a
 * container that has ended.
 * @param workload the live object.
 */
export async function whyNotReady(workload: Json, api: Api): Promise<Why> {
  const { namespace, uid } = asMap(workload.metadata);
  const root = `/api/v1/namespaces/${encodeURIComponent(asText(namespace))}`;
  const selector = selectorOf(asMap(asMap(workload.spec).selector));
  const pods = selector ? await itemsOf(api, `${root}/pods`, { labelSelector: selector }) : [];
  const unready = pods.filter((pod) => !isReady(pod)).slice(0, most.pods);
  const lines = unready.flatMap(containerLines);
  for (const id of [uid, ...unready.map((pod) => asMap(pod.metadata).uid)])
    lines.push(...(await warningsOf(api, root, asText(id))));
  const hidden: Json[] = [];
  for (const pod of unready) {
    const secrets = await secretsOf(api, root, pod);
    if (typeof secrets === "string") lines.push(secrets);
    else {
      hidden.push(...secrets);
      lines.push(...(await lastLines(api, root, pod)));
    }
  }
  return { lines: [...new Set(lines)], hidden };
}

/** The Secrets that a pod's containers know, many of which are not in git; or why its log cannot be shown. */
async function secretsOf(api: Api, root: string, pod: Json): Promise<Json[] | string> {
  const names = [...new Set(secretNamesIn(pod.spec))];
  const answers = await Promise.all(
    names.map((name) => api.send({ path: `${root}/secrets/${encodeURIComponent(name)}` })),
  );
  const unread = names.filter((_, at) => ![200, 404].includes(answers[at]?.code ?? 0));
  if (unread.length === 0) return answers.map(({ body }) => body);
  const name = asText(asMap(pod.metadata).name);
  return `pod ${name}: its log is not shown, as Secret ${unread.join(", ")} cannot be read to be masked in it`;
}

/** Wherever a pod names a Secret: a variable, all of them, a volume, a part of one. */
function secretNamesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(secretNamesIn);
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const { name, secretName } = asMap(value);
    const isReference = ["secretKeyRef", "secretRef", "secret"].includes(key);
    return [...(isReference ? [asText(name), asText(secretName)] : []), ...secretNamesIn(value)].filter(
      Boolean,
    );
  });
}

function selectorOf({ matchLabels, matchExpressions }: Json): string {
  const equal = Object.entries(asMap(matchLabels)).map(([name, value]) => `${name}=${String(value)}`);
  const expressions = Array.isArray(matchExpressions) ? matchExpressions.map(asMap) : [];
  const others = expressions.map(({ key, operator, values }) => {
    const listed = `(${Array.isArray(values) ? values.join(",") : ""})`;
    if (operator === "In") return `${String(key)} in ${listed}`;
    if (operator === "NotIn") return `${String(key)} notin ${listed}`;
    return operator === "Exists" ? String(key) : `!${String(key)}`;
  });
  return [...equal, ...others].join(",");
}

function isReady(pod: Json): boolean {
  const { conditions } = asMap(pod.status);
  return (
    Array.isArray(conditions) &&
    conditions.map(asMap).some(({ type, status }) => type === "Ready" && status === "True")
  );
}

function statusesOf(pod: Json): Json[] {
  const { initContainerStatuses, containerStatuses } = asMap(pod.status);
  return [initContainerStatuses, containerStatuses].flatMap((statuses) =>
    Array.isArray(statuses) ? statuses.map(asMap) : [],
  );
}

/** What each container waits for, or how it ended. */
function containerLines(pod: Json): string[] {
  const name = asText(asMap(pod.metadata).name);
  const lines = statusesOf(pod).flatMap((status) => {
    const { waiting, terminated } = asMap(status.state);
    const last = asMap(asMap(status.lastState).terminated);
    const { reason, message } = asMap(waiting ?? terminated);
    if (!reason) return [];
    const before = last.reason
      ? `, before that ${asText(last.reason)} (exit code ${String(last.exitCode)})`
      : "";
    return `pod ${name}, container ${asText(status.name)}: ${asText(reason)}${message ? `: ${asText(message)}` : ""}${before}`;
  });
  const { phase, conditions } = asMap(pod.status);
  const unscheduled = (Array.isArray(conditions) ? conditions.map(asMap) : []).find(
    ({ type, status }) => type === "PodScheduled" && status === "False",
  );
  if (unscheduled) lines.push(`pod ${name}: ${asText(unscheduled.reason)}: ${asText(unscheduled.message)}`);
  return lines.length > 0 ? lines : [`pod ${name}: ${asText(phase)}`];
}

async function warningsOf(api: Api, root: string, uid: string): Promise<string[]> {
  const events = await itemsOf(api, `${root}/events`, {
    fieldSelector: `involvedObject.uid=${uid},type=Warning`,
  });
  return events.slice(-most.events).map(({ involvedObject, reason, message }) => {
    const { kind, name } = asMap(involvedObject);
    return `${asText(kind)} ${asText(name)}: ${asText(reason)}: ${asText(message)}`;
  });
}

/** The last lines of the first container that has ended. */
async function lastLines(api: Api, root: string, pod: Json): Promise<string[]> {
  const ended = statusesOf(pod).find(
    ({ state, lastState }) =>
      asMap(state).terminated !== undefined || asMap(lastState).terminated !== undefined,
  );
  if (!ended) return [];
  const name = asText(asMap(pod.metadata).name);
  const isAgain = asMap(ended.state).terminated === undefined;
  const query = new URLSearchParams({
    container: asText(ended.name),
    tailLines: String(most.lines),
    ...(isAgain && { previous: "true" }),
  });
  const path = `${root}/pods/${encodeURIComponent(name)}/log?${query.toString()}`;
  // A log is no JSON: the whole text is the message.
  const { code, body } = await api.send({ path });
  const lines = code === 200 ? asText(body.message).split("\n") : [];
  return lines.filter(Boolean).map((line) => `  ${asText(ended.name)}: ${line}`);
}

async function itemsOf(api: Api, path: string, query: Record<string, string>): Promise<Json[]> {
  const { code, body } = await api.send({ path: `${path}?${new URLSearchParams(query).toString()}` });
  return code === 200 && Array.isArray(body.items) ? body.items.map(asMap) : [];
}
