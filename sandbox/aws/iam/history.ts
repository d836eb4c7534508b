import { GetAccountAuthorizationDetailsCommand, type RoleDetail } from "@aws-sdk/client-iam";
import type { IAMClient, ManagedPolicyDetail } from "@aws-sdk/client-iam";
import { join } from "node:path";
import { Store } from "../store";
import type { PolicyDocument } from "./document";
import type { Role } from "./evaluate";

interface Snapshot {
  /** Milliseconds since 1970. */
  time: number;
  roles: Role[];
}

/**
 * What other services see of IAM. IAM is eventually consistent: what is written now reaches the others some seconds
 * later, deletions too. So a picture of all roles is kept for every write, and others see the one of a while ago.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 *
 * IAM promises no order. Here a role is seen, with its trust, after half of the lag and its policies after all of it:
 * whoever makes a service use a new role meets each of the errors that there are on the way.
 */
export class IamHistory {
  private readonly store: Store<{ snapshots: Snapshot[] }>;

  /** @param lagSeconds how long a policy takes to reach other services */
  constructor(
    directory: string,
    private readonly iam: IAMClient,
    private readonly lagSeconds: number,
  ) {
    this.store = Store.open(join(directory, "iam-history.json"), { snapshots: [] });
  }

  /** Takes a picture; to be called after each write to IAM. */
  async record(): Promise<void> {
    const roles = await readRoles(this.iam);
    this.store.change((value) => {
      const oldestInUse = Math.max(this.indexBefore(this.lagSeconds), 0);
      value.snapshots = [...value.snapshots.slice(oldestInUse), { time: Date.now(), roles }];
    });
  }

  /** Lets everybody see what there is, as if it had been there for long. */
  settle(): void {
    this.store.change((value) => {
      value.snapshots = value.snapshots.slice(-1).map(({ roles }) => ({ time: 0, roles }));
    });
  }

  /** The role as other services see it now. @returns undefined while they do not see it */
  visibleRole(arn: string): Role | undefined {
    const role = this.rolesBefore(this.lagSeconds / 2).find((one) => one.arn === arn);
    if (!role) return undefined;
    const earlier = this.rolesBefore(this.lagSeconds).find((one) => one.id === role.id);
    const { policies = [], managedPolicyArns = [], boundary } = earlier ?? {};
    return {
      arn,
      name: role.name,
      id: role.id,
      trust: role.trust,
      policies,
      managedPolicyArns,
      ...(boundary ? { boundary } : {}),
    };
  }

  private rolesBefore(seconds: number): Role[] {
    return this.store.get().snapshots[this.indexBefore(seconds)]?.roles ?? [];
  }

  /** Index of the last picture that is at least so many seconds old, -1 when there is none. */
  private indexBefore(seconds: number): number {
    const horizon = Date.now() - seconds * 1000;
    return this.store.get().snapshots.filter((snapshot) => snapshot.time <= horizon).length - 1;
  }
}

async function readRoles(iam: IAMClient): Promise<Role[]> {
  const roles: RoleDetail[] = [];
  const policies: ManagedPolicyDetail[] = [];
  let marker: string | undefined;
  do {
    const page = await iam.send(
      new GetAccountAuthorizationDetailsCommand({
        Filter: ["Role", "LocalManagedPolicy", "AWSManagedPolicy"],
        Marker: marker,
      }),
    );
    roles.push(...(page.RoleDetailList ?? []));
    policies.push(...(page.Policies ?? []));
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker !== undefined);

  const managed = new Map(policies.map((policy) => [policy.Arn, defaultVersion(policy)]));
  return roles.map((role) => toRole(role, managed));
}

function toRole(role: RoleDetail, managed: Map<string | undefined, PolicyDocument>): Role {
  const inline = (role.RolePolicyList ?? []).map((policy) => parse(policy.PolicyDocument));
  const attached = (role.AttachedManagedPolicies ?? []).map((policy) => managed.get(policy.PolicyArn));
  const boundary = managed.get(role.PermissionsBoundary?.PermissionsBoundaryArn);
  return {
    arn: role.Arn ?? "",
    name: role.RoleName ?? "",
    id: role.RoleId ?? "",
    trust: parse(role.AssumeRolePolicyDocument),
    policies: [...inline, ...attached.filter((document) => document !== undefined)],
    managedPolicyArns: (role.AttachedManagedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []),
    ...(boundary ? { boundary } : {}),
  };
}

function defaultVersion(policy: ManagedPolicyDetail): PolicyDocument {
  return parse(policy.PolicyVersionList?.find((version) => version.IsDefaultVersion)?.Document);
}

/** IAM percent-encodes documents in its answers (RFC 3986). */
function parse(document: string | undefined): PolicyDocument {
  return JSON.parse(decodeURIComponent(document ?? '{"Statement":[]}')) as PolicyDocument;
}
