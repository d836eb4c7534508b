import {
  DescribeAccessEntryCommand,
  ListAssociatedAccessPoliciesCommand,
  paginateListAccessEntries,
  type AccessEntry,
} from "@aws-sdk/client-eks";
import type { Role } from "@aws-sdk/client-iam";
import { guardedGroup } from "../../committed/guardNames";
import { judged, ok, wrong, type Check, type Fault, type Finding } from "./check";
import { all, type Facts } from "./facts";
import { dependsOn, orNothing } from "./lookup";

/** Entries that are opened to find out whose the group is. */
const opened = 50;

export const accessEntryChecks: Check[] = [
  {
    name: "access-entry",
    looksAt: ({ runner }) => `the access entry of the runner's role in ${runner.clusterName}`,
    examine: existence,
  },
  { name: "access-entry-group", looksAt: () => "what that entry makes of the role", examine: rights },
  { name: "access-entry-alive", looksAt: () => "whether that entry is older than the role", examine: alive },
];

async function roleArn(facts: Facts): Promise<string> {
  return (await facts.project()).serviceRole ?? "";
}

/** The access entry of a role in the cluster, if there is one. */
export async function describeEntry(
  { aws, runner }: Facts,
  principalArn: string,
): Promise<AccessEntry | undefined> {
  const command = new DescribeAccessEntryCommand({ clusterName: runner.clusterName, principalArn });
  return (await orNothing(aws.eks.send(command)))?.accessEntry;
}

function findEntry(facts: Facts): Promise<AccessEntry | undefined> {
  return facts.once("access entry", async () => {
    await facts.cluster();
    return describeEntry(facts, await roleArn(facts));
  });
}

async function existingEntry(facts: Facts): Promise<AccessEntry> {
  const entry = await findEntry(facts);
  if (!entry) throw dependsOn("an access entry of the runner's role");
  return entry;
}

async function existence(facts: Facts): Promise<Finding> {
  const entry = await findEntry(facts);
  if (entry) return ok(entry.principalArn ?? "");
  const others = await principalsOfGroup(facts);
  const found = others.length === 0 ? "" : `; the entry of group ${guardedGroup} is for ${others.join(", ")}`;
  return wrong(`${await roleArn(facts)}, the project's role, has no entry${found}`, facts.up);
}

async function principalsOfGroup(facts: Facts): Promise<string[]> {
  const { clusterName } = facts.runner;
  const pages = paginateListAccessEntries({ client: facts.aws.eks }, { clusterName });
  const principals = await all(pages, ({ accessEntries }) => accessEntries);
  const entries = await Promise.all(principals.slice(0, opened).map((arn) => describeEntry(facts, arn)));
  return entries.flatMap((entry) =>
    entry?.kubernetesGroups?.includes(guardedGroup) ? [entry.principalArn ?? ""] : [],
  );
}

async function rights(facts: Facts): Promise<Finding> {
  const faults = await rightsFaults(facts, await existingEntry(facts), guardedGroup);
  return judged(faults, `group ${guardedGroup}, no access policy`);
}

/** What an entry makes of its role beside a member of a group. */
export async function rightsFaults(facts: Facts, entry: AccessEntry, group: string): Promise<Fault[]> {
  const { kubernetesGroups: groups = [], principalArn, type } = entry;
  const { clusterName, region } = facts.runner;
  const faults: Fault[] = [];
  if (groups.length !== 1 || groups[0] !== group) {
    const are = groups.length === 0 ? "no group" : groups.join(", ");
    faults.push({
      what: `it makes the role a member of ${are}, expected ${group} alone`,
      mend: facts.up,
    });
  }
  if (type !== "STANDARD")
    faults.push({ what: `its type is ${type ?? "none"}, expected STANDARD`, mend: facts.up });
  const command = new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn });
  const { associatedAccessPolicies = [] } = await facts.aws.eks.send(command);
  for (const { policyArn = "" } of associatedAccessPolicies) {
    const target = `--region ${region} --cluster-name ${clusterName} --principal-arn ${principalArn ?? ""}`;
    faults.push({
      what: `it has the access policy ${policyArn}, which ${group === guardedGroup ? "the guard does not hold" : "gives it more"}`,
      mend: `aws eks disassociate-access-policy ${target} --policy-arn ${policyArn}`,
    });
  }
  return faults;
}

async function alive(facts: Facts): Promise<Finding> {
  const faults = deathFaults(facts, await existingEntry(facts), await facts.role());
  return judged(faults, "the role is the one for which it was made");
}

/**
 * EKS keeps the role's own id and does not show it, and an entry whose role was made anew admits nobody. What it shows is
 * when the entry was made: an entry is made for a role that is there already.
 * https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 */
export function deathFaults(facts: Facts, { createdAt }: AccessEntry, role: Role): Fault[] {
  if (!createdAt || !role.CreateDate) throw dependsOn("the times at which entry and role were made");
  if (createdAt >= role.CreateDate) return [];
  const { clusterName, region } = facts.runner;
  const entry = `--region ${region} --cluster-name ${clusterName} --principal-arn ${role.Arn ?? ""}`;
  return [
    {
      what:
        `it is dead: it was made ${createdAt.toISOString()}, the role anew ${role.CreateDate.toISOString()}, and an entry ` +
        "remembers its role's own id",
      mend: `aws eks delete-access-entry ${entry}\n${facts.up}`,
    },
  ];
}
