import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../error";
import type { Role } from "../iam/evaluate";
import { parseInput } from "../service";
import { now, type AccessEntry, type AssociatedPolicy, type Clusters } from "./clusters";

const invalid = "InvalidParameterException";
const types = [
  "STANDARD",
  "EC2_LINUX",
  "EC2_WINDOWS",
  "FARGATE_LINUX",
  "EC2",
  "HYBRID_LINUX",
  "HYPERPOD_LINUX",
];
const groups = z.array(z.string().min(1).max(128));
const changes = z.object({ kubernetesGroups: groups.optional(), username: z.string().optional() });
const creation = changes.extend({
  principalArn: z.string(),
  type: z.enum(types).default("STANDARD"),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
});
const association = z.object({
  policyArn: z.string(),
  accessScope: z.object({
    type: z.enum(["cluster", "namespace"]),
    namespaces: z.array(z.string()).default([]),
  }),
});

/** https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const accessPolicies = [
  "Admin",
  "ClusterAdmin",
  "AdminView",
  "Edit",
  "View",
  "SecretReader",
  "SecretAdmin",
].map((name) => `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${name}Policy`);

/** Which cluster, and how EKS sees IAM: with IAM's lag. */
export interface EntryPlace {
  region: string;
  clusterName: string;
  visibleRole: (arn: string) => Role | undefined;
}

/** https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html */
export function createAccessEntry(clusters: Clusters, place: EntryPlace, input: unknown): AccessEntry {
  const { region, clusterName } = place;
  const wanted = parseInput(creation, input, invalid);
  refuseWithoutApi(clusters, place);
  refuseGroups(wanted.kubernetesGroups);
  refuseUsername(wanted.username);
  if (wanted.type !== "STANDARD" && (wanted.kubernetesGroups ?? wanted.username) !== undefined)
    throw new AwsError(invalid, `Kubernetes groups and user name are only for entries of type STANDARD.`);
  const role = principal(place, wanted.principalArn);
  if (clusters.entries(region, clusterName).some(({ principalArn }) => principalArn === wanted.principalArn))
    throw new AwsError(
      "ResourceInUseException",
      "The specified access entry resource is already in use on this cluster.",
      409,
    );
  const accountId = role.arn.split(":")[4] ?? "";
  return clusters.putEntry(region, {
    clusterName,
    principalArn: role.arn,
    kubernetesGroups: wanted.kubernetesGroups ?? [],
    accessEntryArn:
      `arn:aws:eks:${region}:${accountId}:access-entry/${clusterName}/role/` +
      `${accountId}/${role.name}/${randomUUID()}`,
    createdAt: now(),
    modifiedAt: now(),
    tags: wanted.tags,
    username: wanted.username ?? `arn:aws:sts::${accountId}:assumed-role/${role.name}/{{SessionName}}`,
    type: wanted.type,
    principalId: role.id,
    policies: [],
  });
}

/** @throws AwsError ResourceNotFoundException */
export function findAccessEntry(clusters: Clusters, place: EntryPlace, principalArn: string): AccessEntry {
  refuseWithoutApi(clusters, place);
  const entry = clusters
    .entries(place.region, place.clusterName)
    .find((candidate) => candidate.principalArn === principalArn);
  if (!entry)
    throw new AwsError(
      "ResourceNotFoundException",
      "The specified principalArn could not be found. " +
        "You can view your available access entries with 'list-access-entries'.",
      404,
    );
  return entry;
}

export function updateAccessEntry(
  clusters: Clusters,
  place: EntryPlace,
  principalArn: string,
  input: unknown,
): AccessEntry {
  const wanted = parseInput(changes, input, invalid);
  const entry = findAccessEntry(clusters, place, principalArn);
  refuseGroups(wanted.kubernetesGroups);
  refuseUsername(wanted.username);
  return clusters.putEntry(place.region, {
    ...entry,
    kubernetesGroups: wanted.kubernetesGroups ?? entry.kubernetesGroups,
    username: wanted.username ?? entry.username,
    modifiedAt: now(),
  });
}

export function associateAccessPolicy(
  clusters: Clusters,
  place: EntryPlace,
  principalArn: string,
  input: unknown,
): AssociatedPolicy {
  const { policyArn, accessScope } = parseInput(association, input, invalid);
  const entry = findAccessEntry(clusters, place, principalArn);
  if (!accessPolicies.includes(policyArn))
    throw new AwsError(invalid, `The policyArn parameter format is not valid: ${policyArn}`);
  if (entry.type !== "STANDARD")
    throw new AwsError(
      invalid,
      'This operation can only be performed on Access Entries with a type of "STANDARD".',
    );
  if ((accessScope.type === "namespace") !== accessScope.namespaces.length > 0)
    throw new AwsError(invalid, "Namespaces go with the access scope type namespace, and with no other.");
  const earlier = entry.policies.find((policy) => policy.policyArn === policyArn);
  const policy = { policyArn, accessScope, associatedAt: earlier?.associatedAt ?? now(), modifiedAt: now() };
  const others = entry.policies.filter((other) => other.policyArn !== policyArn);
  clusters.putEntry(place.region, { ...entry, policies: [...others, policy] });
  return policy;
}

export function disassociateAccessPolicy(
  clusters: Clusters,
  place: EntryPlace,
  principalArn: string,
  policyArn: string,
): void {
  const entry = findAccessEntry(clusters, place, principalArn);
  if (!entry.policies.some((policy) => policy.policyArn === policyArn))
    throw new AwsError(
      "ResourceNotFoundException",
      `No policy ${policyArn} is associated with the entry.`,
      404,
    );
  const policies = entry.policies.filter((policy) => policy.policyArn !== policyArn);
  clusters.putEntry(place.region, { ...entry, policies });
}

function refuseWithoutApi(clusters: Clusters, { region, clusterName }: EntryPlace): void {
  if (clusters.cluster(region, clusterName).accessConfig.authenticationMode === "CONFIG_MAP")
    throw new AwsError(
      "InvalidRequestException",
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    );
}

/** https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2915 */
function refuseGroups(wanted: string[] = []): void {
  const reserved = wanted.find((group) => group.startsWith("system:"));
  if (reserved !== undefined)
    throw new AwsError(
      invalid,
      `The kubernetes group name ${reserved} is invalid, it cannot start with the prefix system:`,
    );
}

/** https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html */
function refuseUsername(username: string | undefined): void {
  if (username === undefined) return;
  const reserved = ["system:", "eks:", "aws:", "amazon:", "iam:"].find((prefix) =>
    username.startsWith(prefix),
  );
  if (reserved !== undefined)
    throw new AwsError(invalid, `The username must not begin with ${reserved}: ${username}`);
  const session = username.search(/\{\{SessionName(Raw)?\}\}/);
  if (session >= 0 && !username.slice(0, session).includes(":"))
    throw new AwsError(invalid, `The username must have a colon before {{SessionName}}: ${username}`);
}

function principal({ visibleRole }: EntryPlace, arn: string): Role {
  if (arn.includes(":role/aws-service-role/"))
    throw new AwsError(
      invalid,
      "The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role",
    );
  const role = visibleRole(arn);
  if (!role) throw new AwsError(invalid, "The specified principalArn is invalid: invalid principal.");
  return role;
}
