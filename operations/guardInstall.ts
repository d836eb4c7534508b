import { setTimeout } from "node:timers/promises";
import { guardManifests, type GuardOptions } from "../committed/guard";
import { parseGuardedKinds, defaultGuardedKinds, kindText } from "../committed/guardKinds";
import { guardLabels, guardRoleName, releaseGroup } from "../committed/guardNames";
import type { Manifest } from "../committed/guardManifest";
import { isGuardsDenial } from "../dryrun/guard/denial";
import { asRunner } from "./guardIdentity";
import type { Kubectl } from "./guardKubectl";

/** Says what is being done. */
export type Say = (line: string) => void;

/** Source: kubernetes/kubernetes:pkg/features/kube_features.go, where the feature is on and locked since 1.30. */
const oldestMinor = 30;

/**
 * Puts the guard into a cluster, the policy first: the roles follow when it is in force. Can be repeated, and takes away
 * what an earlier guard granted in namespaces that are not named any more, and for releases that are not applied any more.
 *
 * @throws Error if the cluster is too old, if a kind is served past its admission, or if the policy does not get into
 * force; then no rights have been granted
 */
export async function installGuard(kubectl: Kubectl, options: GuardOptions, say: Say): Promise<void> {
  const manifests = guardManifests(options);
  const isRole = ({ apiVersion }: Manifest) => apiVersion.startsWith("rbac.authorization.k8s.io/");
  await checkVersion(kubectl);
  await checkAggregation(kubectl, options.kinds ?? defaultGuardedKinds);

  say("Applying the policy and its share of the API server ...");
  await apply(
    kubectl,
    manifests.filter((manifest) => !isRole(manifest)),
  );
  say("Waiting until the policy is in force ...");
  await untilInForce(kubectl);
  say("Applying the roles ...");
  const roles = manifests.filter(isRole);
  await apply(kubectl, roles);
  await removeStaleRoles(kubectl, roles, say);
}

async function checkVersion(kubectl: Kubectl): Promise<void> {
  const { serverVersion } = JSON.parse(await kubectl.must(["version", "--output=json"])) as {
    serverVersion: { major: string; minor: string; gitVersion: string };
  };
  if (serverVersion.major === "1" && Number.parseInt(serverVersion.minor, 10) < oldestMinor) {
    throw new Error(
      `The cluster runs Kubernetes ${serverVersion.gitVersion}. The guard is a ValidatingAdmissionPolicy, which ` +
        `Kubernetes has since 1.${String(oldestMinor)}: upgrade the cluster.`,
    );
  }
}

/** Kinds that the cluster sends on to another server, past the policy, must not be granted. */
async function checkAggregation(kubectl: Kubectl, kinds: readonly string[]): Promise<void> {
  const { items } = JSON.parse(await kubectl.must(["get", "apiservices", "--output=json"])) as {
    items: { spec: { group?: string; service?: object | null } }[];
  };
  const aggregated = new Set(items.flatMap(({ spec }) => (spec.service ? [spec.group ?? ""] : [])));
  const wrong = parseGuardedKinds(kinds).filter(({ group }) => aggregated.has(group));
  if (wrong.length > 0) {
    throw new Error(
      `Another server than kube-apiserver answers ${wrong.map(kindText).join(", ")} in this cluster, past the guard: ` +
        "take it out of the kinds.",
    );
  }
}

async function apply(kubectl: Kubectl, manifests: Manifest[]): Promise<void> {
  const flags = ["--server-side", "--force-conflicts", "--field-manager=eks-dryrun-runner"];
  const list = { apiVersion: "v1", kind: "List", items: manifests };
  await kubectl.must(["apply", ...flags, "--filename=-"], JSON.stringify(list));
}

// A managed control plane has several API servers behind one address, and each hears of the policy by itself. Every
// kubectl makes a connection of its own.
const denialsInARow = 6;

/**
 * Waits until the policy denies. As the group has no rights yet, RBAC would answer first, so the question is asked as a
 * member of system:masters too; it is the dry run's own probe, which writes nothing where there is no policy.
 */
async function untilInForce(kubectl: Kubectl): Promise<void> {
  const flags = [
    ...asRunner,
    "--as-group=system:masters",
    "create",
    "--raw=/api/v1/namespaces",
    "--filename=-",
  ];
  const namespace = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  const deadline = Date.now() + 60_000;
  for (let denials = 0; denials < denialsInARow;) {
    const { stderr } = await kubectl.run(flags, namespace);
    denials = isGuardsDenial(stderr) ? denials + 1 : 0;
    if (denials === 0 && Date.now() > deadline) {
      throw new Error(
        "The policy is applied, but does not deny after a minute, so no rights were granted. " +
          `The API server says: ${stderr.trim()}`,
      );
    }
    await setTimeout(100);
  }
}

/** Roles that an earlier guard had and this one does not: in other namespaces, or of releases that are applied no more. */
async function removeStaleRoles(kubectl: Kubectl, wanted: Manifest[], say: Say): Promise<void> {
  const selector = Object.entries(guardLabels).map(([key, value]) => `${key}=${value}`);
  const list = [
    "get",
    // Bindings first: without them, nobody has a right any more.
    "rolebindings,clusterrolebindings,roles,clusterroles",
    "--all-namespaces",
    `--selector=${selector.join(",")}`,
    "--output=json",
  ];
  const { items } = JSON.parse(await kubectl.must(list)) as { items: Pick<Manifest, "kind" | "metadata">[] };
  const kept = new Set(wanted.map(identity));
  for (const item of items) {
    const { name, namespace } = item.metadata;
    if (![guardRoleName, releaseGroup].includes(name) || kept.has(identity(item))) continue;
    say(`Removing the ${item.kind} ${name} of an earlier guard${namespace ? ` in ${namespace}` : ""} ...`);
    await kubectl.must(["delete", item.kind, name, ...(namespace ? [`--namespace=${namespace}`] : [])]);
  }
}

function identity({ kind, metadata: { name, namespace = "" } }: Pick<Manifest, "kind" | "metadata">): string {
  return [kind, namespace, name].join("/");
}
