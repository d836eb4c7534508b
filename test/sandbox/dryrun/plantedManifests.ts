import { canary } from "./canaries";
import { configMap } from "./dryRunWorld";
import { watched } from "./manifests";

const json = (manifest: object) => JSON.stringify(manifest);
const base64 = (text: string) => Buffer.from(text).toString("base64");
const lastApplied = (manifest: object) => ({
  "kubectl.kubernetes.io/last-applied-configuration": json(manifest),
});

/** A Secret with values in all the ways that one can have them. */
export function plantedSecret(state: string): string {
  const applied = { kind: "Secret", data: { password: base64(canary(`${state} last-applied Secret`)) } };
  return json({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "credentials", namespace: "default", annotations: lastApplied(applied) },
    data: { token: base64(canary(`${state} data`)) },
    stringData: { password: canary(`${state} stringData`) },
  });
}

/** A ConfigMap of which some look like credentials, and the rest is that of an application. */
export function plantedSettings(state: string): string {
  return configMap("settings", {
    mode: state,
    DB_PASSWORD: canary(`${state} ConfigMap`),
    "application.properties": `mode=${state}\ndb.password=${canary(`${state} properties`)}\n`,
  });
}

/** A ConfigMap that was written with the annotation of an earlier apply. */
export function plantedAnnotation(state: string): string {
  const applied = { apiVersion: "v1", kind: "ConfigMap", data: { apiKey: canary(`${state} annotation`) } };
  const metadata = { name: "annotated", namespace: "default", annotations: lastApplied(applied) };
  return json({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { mode: state } });
}

function podTemplate(state: string, app: string) {
  const env = [
    { name: "MODE", value: state },
    { name: "API_TOKEN", value: canary(`${state} variable of ${app}`) },
  ];
  const containers = [{ name: "main", image: "example.org/web:1", env }];
  return { metadata: { labels: { app } }, spec: { restartPolicy: "Never", containers } };
}

/** A Deployment with a credential in a variable. */
export function plantedDeployment(state: string): string {
  const template = podTemplate(state, "web");
  const { containers } = template.spec;
  return json({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: { metadata: template.metadata, spec: { containers } },
    },
  });
}

/** A Job with a credential in a variable: the server repeats all of its template where that cannot be changed. */
export function plantedJob(state: string): string {
  return json({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "migrate", namespace: "default" },
    spec: { template: podTemplate(state, "migrate") },
  });
}

/** A ConfigMap whose label is refused with the label in the message: it is a Secret's value. */
export function plantedLabel(state: string): string {
  const labels = { owner: `${canary(`${state} stringData`)}!` };
  const metadata = { name: "labelled", namespace: "default", labels };
  return json({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { a: "b" } });
}

/** A ConfigMap that a webhook denies, repeating all of it. */
export function plantedDenied(state: string): string {
  return watched("denied", "echoes", {
    DB_PASSWORD: canary(`${state} denied`),
    motd: `the password is ${canary(`${state} stringData`)}`,
  });
}
