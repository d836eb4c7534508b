import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "../kubernetes/api";
import { rootOf } from "../kubernetes/discovery";
import { asMap, asText, type Json, type KubernetesObject } from "../render/objects";
import { isDefinition } from "./order";

/** Seconds for which a definition may take until the server serves its kind. */
const patience = 60;

/**
 * Waits until the server serves the kinds that definitions define: an object of a kind sent before is refused as unknown.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 * @returns what is wrong if it does not; undefined if it does.
 */
export async function untilServed(
  objects: KubernetesObject[],
  api: Api,
  signal: AbortSignal,
): Promise<string | undefined> {
  const problems = await Promise.all(
    objects.filter(isDefinition).map((one) => untilOneServed(one, api, signal)),
  );
  return problems.filter((problem) => problem !== undefined).join("; ") || undefined;
}

async function untilOneServed(
  definition: KubernetesObject,
  api: Api,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${encodeURIComponent(definition.name)}`;
  const end = Date.now() + patience * 1000;
  for (;;) {
    const { body } = await api.send({ path });
    const refused = conditionsOf(body).find(
      ({ type, status }) => type === "NamesAccepted" && status === "False",
    );
    if (refused) return `${definition.name} is not served: ${asText(refused.message)}`;
    const isEstablished = conditionsOf(body).some(
      ({ type, status }) => type === "Established" && status === "True",
    );
    if (isEstablished && (await isServed(definition, api))) return undefined;
    if (signal.aborted) return "the run was ended";
    if (Date.now() > end) return `${definition.name} is not served after ${String(patience)} s`;
    await sleep(250, undefined, { signal }).catch(() => undefined);
  }
}

/** Established comes a moment before the kind is there to be asked for. */
async function isServed({ manifest }: KubernetesObject, api: Api): Promise<boolean> {
  const { group, names, versions } = asMap(manifest.spec);
  const version = ((versions ?? []) as Json[]).find(({ served }) => served !== false);
  const { code, body } = await api.send({ path: rootOf(`${asText(group)}/${asText(version?.name)}`) });
  const resources = (body.resources ?? []) as Json[];
  return code === 200 && resources.some(({ name }) => name === asMap(names).plural);
}

function conditionsOf(object: Json): Json[] {
  const { conditions } = asMap(object.status);
  return Array.isArray(conditions) ? conditions.map(asMap) : [];
}
