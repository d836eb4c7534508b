import type { EnvironmentWithRunner } from "../../stacks/environments";
import { shellQuoted } from "../../stacks/problems";
import type { Found } from "./found";
import { ofType, type StackState } from "./stackState";

/** Something that is there and in no state. */
export interface Leftover {
  what: string;
  /** What mends it, a line for a shell. */
  command: string;
}

/** One kind of thing that an interrupted update can leave behind. */
interface Kind<Item> {
  of: (found: Found) => Item[];
  what: (item: Item) => string;
  isKnown: (state: StackState, item: Item) => boolean;
  /** The `aws` command that takes it away, without the region. */
  command: (item: Item, environment: EnvironmentWithRunner) => string[];
}

const kind = <Item>(rules: Kind<Item>) => rules;

const hasId = (state: StackState, type: string, id: string) =>
  ofType(state, type).some((resource) => resource.id === id);
const hasOutputs = (state: StackState, type: string, wanted: Record<string, string>) =>
  ofType(state, type).some(({ outputs }) =>
    Object.entries(wanted).every(([key, value]) => outputs?.[key] === value),
  );

/** In the order in which things can go: what uses another goes first. */
const kinds = [
  kind({
    of: ({ accessEntries }) => accessEntries,
    what: ({ principalArn }) => `access entry of ${principalArn}`,
    isKnown: (state, { principalArn }) =>
      hasOutputs(state, "aws:eks/accessEntry:AccessEntry", { principalArn }),
    command: ({ principalArn }, { runner }) => [
      ...["eks", "delete-access-entry", "--cluster-name", runner.clusterName],
      ...["--principal-arn", principalArn],
    ],
  }),
  kind({
    of: ({ webhooks }) => webhooks,
    what: ({ projectName }) => `webhook of the CodeBuild project ${projectName}`,
    isKnown: (state, { projectName }) => hasId(state, "aws:codebuild/webhook:Webhook", projectName),
    command: ({ projectName }) => ["codebuild", "delete-webhook", "--project-name", projectName],
  }),
  kind({
    of: ({ projects }) => projects,
    what: ({ name }) => `CodeBuild project ${name}`,
    isKnown: (state, { name }) => hasOutputs(state, "aws:codebuild/project:Project", { name }),
    command: ({ name }) => ["codebuild", "delete-project", "--name", name],
  }),
  kind({
    of: ({ rules }) => rules,
    what: ({ id, groupId }) => `rule ${id} of security group ${groupId}`,
    isKnown: (state, { id }) =>
      hasId(state, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", id) ||
      hasId(state, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", id),
    command: ({ id, groupId, isEgress }) => [
      ...["ec2", `revoke-security-group-${isEgress ? "egress" : "ingress"}`],
      ...["--group-id", groupId, "--security-group-rule-ids", id],
    ],
  }),
  kind({
    of: ({ associations }) => associations,
    what: ({ subnetId, routeTableId }) =>
      `association of subnet ${subnetId} with route table ${routeTableId}`,
    isKnown: (state, { subnetId }) =>
      hasOutputs(state, "aws:ec2/routeTableAssociation:RouteTableAssociation", { subnetId }),
    command: ({ id }) => ["ec2", "disassociate-route-table", "--association-id", id],
  }),
  kind({
    of: ({ routes }) => routes,
    what: ({ routeTableId, destination }) => `route to ${destination} of route table ${routeTableId}`,
    isKnown: (state, { routeTableId, destination }) =>
      hasOutputs(state, "aws:ec2/route:Route", { routeTableId, destinationCidrBlock: destination }),
    command: ({ routeTableId, destination }) => [
      ...["ec2", "delete-route", "--route-table-id", routeTableId],
      ...["--destination-cidr-block", destination],
    ],
  }),
  kind({
    of: ({ aclAssociations }) => aclAssociations,
    what: ({ subnetId, networkAclId }) =>
      `association of subnet ${subnetId} with network ACL ${networkAclId}`,
    isKnown: (state, { networkAclId }) => hasId(state, "aws:ec2/networkAcl:NetworkAcl", networkAclId),
    // A subnet is never without one, so it is given another.
    command: ({ id, defaultAclId }) => [
      ...["ec2", "replace-network-acl-association", "--association-id", id],
      ...["--network-acl-id", defaultAclId],
    ],
  }),
  kind({
    of: ({ networkAcls }) => networkAcls,
    what: ({ id }) => `network ACL ${id}`,
    isKnown: (state, { id }) => hasId(state, "aws:ec2/networkAcl:NetworkAcl", id),
    command: ({ id }) => ["ec2", "delete-network-acl", "--network-acl-id", id],
  }),
  kind({
    of: ({ subnets }) => subnets,
    what: ({ id }) => `subnet ${id}`,
    isKnown: (state, { id }) => hasId(state, "aws:ec2/subnet:Subnet", id),
    command: ({ id }) => ["ec2", "delete-subnet", "--subnet-id", id],
  }),
  kind({
    of: ({ routeTables }) => routeTables,
    what: ({ id }) => `route table ${id}`,
    isKnown: (state, { id }) => hasId(state, "aws:ec2/routeTable:RouteTable", id),
    command: ({ id }) => ["ec2", "delete-route-table", "--route-table-id", id],
  }),
  kind({
    of: ({ securityGroups }) => securityGroups,
    what: ({ id }) => `security group ${id}`,
    isKnown: (state, { id }) => hasId(state, "aws:ec2/securityGroup:SecurityGroup", id),
    command: ({ id }) => ["ec2", "delete-security-group", "--group-id", id],
  }),
  kind({
    of: ({ rolePolicies }) => rolePolicies,
    what: ({ role, policy }) => `policy ${policy} of role ${role}`,
    isKnown: (state, { role, policy }) => hasId(state, "aws:iam/rolePolicy:RolePolicy", `${role}:${policy}`),
    command: ({ role, policy }) => [
      ...["iam", "delete-role-policy", "--role-name", role],
      ...["--policy-name", policy],
    ],
  }),
  kind({
    of: ({ roles }) => roles,
    what: ({ name }) => `role ${name}`,
    isKnown: (state, { name }) => hasId(state, "aws:iam/role:Role", name),
    command: ({ name }) => ["iam", "delete-role", "--role-name", name],
  }),
  kind({
    of: ({ logGroups }) => logGroups,
    what: ({ name }) => `log group ${name}`,
    isKnown: (state, { name }) => hasId(state, "aws:cloudwatch/logGroup:LogGroup", name),
    command: ({ name }) => ["logs", "delete-log-group", "--log-group-name", name],
  }),
] as Kind<unknown>[];

/** What of the found is in no state, in the order in which it can go. */
export function awsLeftovers(
  environment: EnvironmentWithRunner,
  state: StackState,
  found: Found,
): Leftover[] {
  return kinds.flatMap(({ of, what, isKnown, command }) =>
    of(found)
      .filter((item) => !isKnown(state, item))
      .map((item) => {
        const words = ["aws", ...command(item, environment), "--region", environment.runner.region];
        return { what: what(item), command: words.map(shellQuoted).join(" ") };
      }),
  );
}
