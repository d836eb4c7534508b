import type { EC2Client } from "@aws-sdk/client-ec2";
import { AwsError, jsonResponse } from "../error";
import type { Role } from "../iam/evaluate";
import type { RoleSession } from "../iam/sessions";
import type { AwsRequest } from "../request";
import { readJson, type Service } from "../service";
import {
  associateAccessPolicy,
  createAccessEntry,
  disassociateAccessPolicy,
  findAccessEntry,
  updateAccessEntry,
  type EntryPlace,
} from "./accessEntries";
import type { ClusterAddress } from "./buildAccess";
import { createCluster, updateClusterConfig } from "./clusterOperations";
import type { AccessEntry, Clusters } from "./clusters";
import { updateClusterVersion } from "./clusterVersion";
import { deleteCluster } from "./deleteCluster";

/** What EKS stands on. */
export interface EksWorld {
  clusters: Clusters;
  accountId: string;
  ec2: (region: string) => EC2Client;
  visibleRole: (arn: string) => Role | undefined;
  /** Where a build's session finds a cluster; undefined for a session that is no build's. */
  clusterAddress: (session: RoleSession, region: string, name: string) => Promise<ClusterAddress | undefined>;
  /** Ends a cluster's API server and forgets what was in it. */
  forgetControlPlane: (region: string, name: string) => Promise<void>;
}

interface Call {
  region: string;
  /** Undefined for the account's owner. */
  session?: RoleSession;
  /** Path parameters, in order, decoded. */
  parameters: string[];
  query: URLSearchParams;
  input: unknown;
}

interface Route {
  operation: string;
  method: string;
  path: RegExp;
  answer: (call: Call) => object | Promise<object>;
}

/** EKS over REST and JSON, as in botocore's model eks 2017-11-01. */
export function eksService(world: EksWorld): Service {
  const routes = [
    ...clusterRoutes(world),
    ...entryRoutes(world),
    ...policyRoutes(world),
    ...tagRoutes(world),
  ];
  const routeOf = (request: AwsRequest) =>
    routes.find(({ method, path }) => method === request.method && path.test(request.path));
  return {
    operationOf: (request) => routeOf(request)?.operation,
    answer: async (request: AwsRequest) => {
      const route = routeOf(request);
      if (!route) return undefined;
      const parameters = (route.path.exec(request.path) ?? []).slice(1).map(decodeURIComponent);
      const { region, session } = request;
      return jsonResponse(
        await route.answer({
          region,
          ...(session ? { session } : {}),
          parameters,
          query: new URLSearchParams(request.query),
          input: readJson(request.body),
        }),
      );
    },
  };
}

const clusterPath = /^\/clusters\/([^/]+)$/;
const entriesPath = /^\/clusters\/([^/]+)\/access-entries$/;
const entryPath = /^\/clusters\/([^/]+)\/access-entries\/([^/]+)$/;
const policiesPath = /^\/clusters\/([^/]+)\/access-entries\/([^/]+)\/access-policies$/;
const policyPath = /^\/clusters\/([^/]+)\/access-entries\/([^/]+)\/access-policies\/([^/]+)$/;

function clusterRoutes(world: EksWorld): Route[] {
  const { clusters, accountId, ec2, visibleRole, clusterAddress, forgetControlPlane } = world;
  return [
    {
      operation: "CreateCluster",
      method: "POST",
      path: /^\/clusters$/,
      answer: async ({ region, input }) => ({
        cluster: await createCluster(clusters, { region, accountId, ec2: ec2(region), visibleRole }, input),
      }),
    },
    {
      operation: "ListClusters",
      method: "GET",
      path: /^\/clusters$/,
      answer: ({ region }) => ({ clusters: Object.keys(clusters.in(region).clusters) }),
    },
    {
      operation: "DescribeCluster",
      method: "GET",
      path: clusterPath,
      answer: async ({ region, session, parameters: [name = ""] }) => {
        const cluster = clusters.cluster(region, name);
        const address = session && (await clusterAddress(session, region, name));
        return { cluster: { ...cluster, ...address } };
      },
    },
    {
      operation: "DeleteCluster",
      method: "DELETE",
      path: clusterPath,
      answer: async ({ region, parameters: [name = ""] }) => {
        const cluster = await deleteCluster(clusters, { region, ec2: ec2(region) }, name);
        await forgetControlPlane(region, name);
        return { cluster };
      },
    },
    {
      operation: "UpdateClusterConfig",
      method: "POST",
      path: /^\/clusters\/([^/]+)\/update-config$/,
      answer: ({ region, parameters: [name = ""], input }) => ({
        update: updateClusterConfig(clusters, region, name, input),
      }),
    },
    {
      operation: "UpdateClusterVersion",
      method: "POST",
      path: /^\/clusters\/([^/]+)\/updates$/,
      answer: ({ region, parameters: [name = ""], input }) => ({
        update: updateClusterVersion(clusters, region, name, input),
      }),
    },
    {
      operation: "DescribeUpdate",
      method: "GET",
      path: /^\/clusters\/([^/]+)\/updates\/([^/]+)$/,
      answer: ({ region, parameters: [name = "", id = ""] }) => {
        clusters.cluster(region, name);
        const update = clusters.in(region).updates.find((one) => one.clusterName === name && one.id === id);
        if (!update) throw new AwsError("ResourceNotFoundException", `No update found for ID: ${id}`, 404);
        return { update };
      },
    },
  ];
}

function entryRoutes(world: EksWorld): Route[] {
  const { clusters } = world;
  return [
    {
      operation: "CreateAccessEntry",
      method: "POST",
      path: entriesPath,
      answer: (call) => ({ accessEntry: shown(createAccessEntry(clusters, place(world, call), call.input)) }),
    },
    {
      operation: "ListAccessEntries",
      method: "GET",
      path: entriesPath,
      answer: ({ region, parameters: [name = ""], query }) => {
        clusters.cluster(region, name);
        const policyArn = query.get("associatedPolicyArn");
        const entries = clusters
          .entries(region, name)
          .filter(
            ({ policies }) => policyArn === null || policies.some((one) => one.policyArn === policyArn),
          );
        return { accessEntries: entries.map(({ principalArn }) => principalArn) };
      },
    },
    {
      operation: "DescribeAccessEntry",
      method: "GET",
      path: entryPath,
      answer: (call) => ({
        accessEntry: shown(findAccessEntry(clusters, place(world, call), call.parameters[1] ?? "")),
      }),
    },
    {
      operation: "UpdateAccessEntry",
      method: "POST",
      path: entryPath,
      answer: (call) => ({
        accessEntry: shown(
          updateAccessEntry(clusters, place(world, call), call.parameters[1] ?? "", call.input),
        ),
      }),
    },
    {
      operation: "DeleteAccessEntry",
      method: "DELETE",
      path: entryPath,
      answer: (call) => {
        const entry = findAccessEntry(clusters, place(world, call), call.parameters[1] ?? "");
        clusters.removeEntry(call.region, entry.clusterName, entry.principalArn);
        return {};
      },
    },
  ];
}

function policyRoutes(world: EksWorld): Route[] {
  const { clusters } = world;
  return [
    {
      operation: "ListAssociatedAccessPolicies",
      method: "GET",
      path: policiesPath,
      answer: (call) => {
        const entry = findAccessEntry(clusters, place(world, call), call.parameters[1] ?? "");
        const { clusterName, principalArn, policies } = entry;
        return { clusterName, principalArn, associatedAccessPolicies: policies };
      },
    },
    {
      operation: "AssociateAccessPolicy",
      method: "POST",
      path: policiesPath,
      answer: (call) => {
        const [clusterName, principalArn = ""] = call.parameters;
        const policy = associateAccessPolicy(clusters, place(world, call), principalArn, call.input);
        return { clusterName, principalArn, associatedAccessPolicy: policy };
      },
    },
    {
      operation: "DisassociateAccessPolicy",
      method: "DELETE",
      path: policyPath,
      answer: (call) => {
        const [, principalArn = "", policyArn = ""] = call.parameters;
        disassociateAccessPolicy(clusters, place(world, call), principalArn, policyArn);
        return {};
      },
    },
  ];
}

function tagRoutes({ clusters }: EksWorld): Route[] {
  const path = /^\/tags\/([^/]+)$/;
  return [
    {
      operation: "ListTagsForResource",
      method: "GET",
      path,
      answer: ({ region, parameters: [arn = ""] }) => ({ tags: tagged(clusters, region, arn).tags }),
    },
    {
      operation: "TagResource",
      method: "POST",
      path,
      answer: ({ region, parameters: [arn = ""], input }) => {
        const { tags } = input as { tags: Record<string, string> };
        retag(clusters, region, arn, (current) => ({ ...current, ...tags }));
        return {};
      },
    },
    {
      operation: "UntagResource",
      method: "DELETE",
      path,
      answer: ({ region, parameters: [arn = ""], query }) => {
        const keys = query.getAll("tagKeys");
        retag(clusters, region, arn, (current) =>
          Object.fromEntries(Object.entries(current).filter(([key]) => !keys.includes(key))),
        );
        return {};
      },
    },
  ];
}

function retag(
  clusters: Clusters,
  region: string,
  arn: string,
  change: (tags: Record<string, string>) => Record<string, string>,
): void {
  tagged(clusters, region, arn);
  clusters.change(region, (state) => {
    const all = [...Object.values(state.clusters), ...Object.values(state.entries).flat()];
    for (const resource of all) if (arnOf(resource) === arn) resource.tags = change(resource.tags);
  });
}

function tagged(clusters: Clusters, region: string, arn: string): { tags: Record<string, string> } {
  const state = clusters.in(region);
  const all = [...Object.values(state.clusters), ...Object.values(state.entries).flat()];
  const resource = all.find((one) => arnOf(one) === arn);
  if (!resource) throw new AwsError("NotFoundException", `No resource found for ARN: ${arn}`, 404);
  return resource;
}

function arnOf(resource: { arn: string } | { accessEntryArn: string }): string {
  return "arn" in resource ? resource.arn : resource.accessEntryArn;
}

function place({ visibleRole }: EksWorld, { region, parameters: [clusterName = ""] }: Call): EntryPlace {
  return { region, clusterName, visibleRole };
}

/** What EKS shows of an entry: not the role's unique id, and its policies are asked for by themselves. */
function shown(entry: AccessEntry): object {
  return { ...entry, principalId: undefined, policies: undefined };
}
