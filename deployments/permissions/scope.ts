/** What a stack makes and what it stands on, as far as permissions can be narrowed to it. */
export interface StackScope {
  /** Name of the stack: the value of the tag `pulumi:stack`, and how its role's name begins. */
  stack: string;
  accountId: string;
  region: string;
  projectName: string;
  clusterName: string;
  /** Whether the stack makes its cluster (`cluster: create`). @default it is there */
  createsCluster?: boolean;
  /** Whether releases are applied to its cluster (`apply: enabled`). @default none are */
  appliesReleases?: boolean;
  /** The connection to GitHub. @default none */
  connectionArn?: string;
  /** The boundary that every role made must have. @default none is demanded */
  permissionsBoundaryArn?: string;
}

/** Where an action is allowed: resources, and the condition under which. */
export interface Place {
  resources: string[];
  condition?: Record<string, Record<string, string | string[]>>;
}

/** Whatever EC2 has of some types. */
export const inEc2 = ({ region, accountId }: StackScope, ...types: string[]) =>
  types.map((type) => `arn:aws:ec2:${region}:${accountId}:${type}/*`);

/** Types of what a stack makes with tags, but for the rules of security groups: those are made in a group. */
export const taggedTypes = ({ createsCluster }: StackScope) => [
  "subnet",
  "route-table",
  "security-group",
  "network-acl",
  ...(createsCluster ? ["vpc", "internet-gateway", "elastic-ip", "natgateway"] : []),
];

/** Tagged as the stack's in the request itself. */
export const requestTag = ({ stack }: StackScope) => ({
  StringEquals: { "aws:RequestTag/pulumi:stack": stack },
});
/** Tagged as the stack's already. */
export const resourceTag = ({ stack }: StackScope) => ({
  StringEquals: { "aws:ResourceTag/pulumi:stack": stack },
});

/** CloudWatch Logs asks for both forms. */
export const logGroups = ({ region, accountId }: StackScope, ...names: string[]) =>
  names.flatMap((name) => {
    const arn = `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
    return [arn, `${arn}:*`];
  });
