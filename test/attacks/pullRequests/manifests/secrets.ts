import { randomBytes } from "node:crypto";
import { must } from "../attack";
import type { AttackedWorld } from "../world";
import { type ManifestAttack, type SeenOverlay, stopped } from "./manifestAttack";

/** The value that nobody may see. */
const canary = `canary-${randomBytes(12).toString("hex")}`;
const encoded = Buffer.from(canary).toString("base64");
const json = (value: object) => JSON.stringify(value);

const secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "password", namespace: "default" },
  stringData: { password: canary },
};
const deployment = (name: string, replicas: unknown, env: object[] = [], labels = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "default", labels },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "main", image: "example.org/web:1", env }] },
    },
  },
});

function isHidden({ everything }: SeenOverlay): void {
  must(!everything.includes(canary), "the value is in comment, log or summary");
  must(!everything.includes(encoded), "the value is there in base64");
}

const overlay = (...objects: object[]) => ({
  "kustomization.yaml": "resources: [a.yaml]\n",
  "a.yaml": objects.map(json).join("\n---\n"),
});

const redaction = "Secrets are not sent; their values are masked in every output (dryrun/redaction)";

/** A policy of the cluster's operators whose message quotes what it refuses. */
async function installEchoingPolicy(world: AttackedWorld): Promise<void> {
  const name = "echoes";
  const policy = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        objectSelector: { matchLabels: { attack: "echo" } },
        resourceRules: [
          {
            apiGroups: ["apps"],
            apiVersions: ["v1"],
            operations: ["CREATE", "UPDATE"],
            resources: ["deployments"],
          },
        ],
      },
      validations: [
        {
          expression: "false",
          messageExpression:
            "'refused with ' + object.spec.template.spec.containers[0].env.map(e, e.name + '=' + e.value).join(', ')",
        },
      ],
    },
  };
  const binding = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name },
    spec: { policyName: name, validationActions: ["Deny"] },
  };
  const { kubectl } = world.region("ja-production").deployment;
  await kubectl(["apply", "--filename=-"], [policy, binding].map(json).join("\n---\n"));
}

/** Values of Secrets that would come out in what others write about them. */
export const secretAttacks: ManifestAttack[] = [
  {
    name: "secret-echoed-by-validation",
    tries: "a field that takes numbers gets a Secret's value, which the server's error quotes",
    control: redaction,
    files: () => overlay(secret, deployment("echoed", canary)),
    check: (seen) => {
      must(/would-fail/.test(seen.row), `the comment says ${seen.row}`);
      isHidden(seen);
      return "the server refused it; the value is in no output, nor in base64";
    },
  },
  {
    name: "secret-echoed-by-a-policy",
    tries: "a policy of the cluster quotes a password out of a variable",
    control: redaction,
    prepare: installEchoingPolicy,
    files: () =>
      overlay(secret, deployment("refused", 1, [{ name: "DB_PASSWORD", value: canary }], { attack: "echo" })),
    check: (seen) => {
      must(/would-fail/.test(seen.row), `the comment says ${seen.row}`);
      must(/refused with/.test(seen.comment), "the policy's message is not shown, so nothing is proven");
      isHidden(seen);
      return "the policy's message is shown, with the value masked";
    },
  },
  {
    name: "secret-in-a-list",
    tries: "a ConfigMap that has items is taken for a list by kubectl, which would send the Secret in it",
    control: "objects with items are refused (dryrun/render/objects.ts)",
    files: () =>
      overlay({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "list", namespace: "default" },
        items: [secret],
      }),
    check: (seen) => {
      isHidden(seen);
      return stopped(/has an object of kind ConfigMap with items/)(seen);
    },
  },
  {
    name: "secret-by-another-version",
    tries: "a Secret whose apiVersion climbs to the real one is none by name",
    control: "such versions are unknown kinds (dryrun/kubernetes/discovery.ts)",
    files: () => overlay({ ...secret, apiVersion: "../api/v1" }),
    check: (seen) => {
      must(/would-fail/.test(seen.row), `the comment says ${seen.row}`);
      isHidden(seen);
      return "would-fail as an unknown kind; the value is in no output";
    },
  },
];
