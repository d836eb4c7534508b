import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type Role,
} from "@aws-sdk/client-iam";
import { all, type Facts } from "./facts";

/** The policies of a role, as documents. */
export interface RolePolicies {
  documents: string[];
  /** The policy that bounds the role. */
  boundary?: string;
  /** Names of policies that the program did not make. */
  others: string[];
}

/** Reads the policies of the project's role. */
export function rolePolicies(facts: Facts): Promise<RolePolicies> {
  return facts.once("role policies", async () => policiesOf(facts, await facts.role()));
}

/** Reads the policies of a role: its own, those attached to it, and the one that bounds it. */
export async function policiesOf(
  facts: Facts,
  { RoleName = "", PermissionsBoundary }: Role,
): Promise<RolePolicies> {
  const { iam } = facts.aws;
  const names = await all(
    paginateListRolePolicies({ client: iam }, { RoleName }),
    (page) => page.PolicyNames,
  );
  const attached = await all(
    paginateListAttachedRolePolicies({ client: iam }, { RoleName }),
    (page) => page.AttachedPolicies,
  );
  const own = names.map(async (PolicyName) => {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return PolicyDocument ?? "";
  });
  const managed = attached.map(({ PolicyArn = "" }) => managedPolicy(facts, PolicyArn));
  const boundaryArn = PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    documents: await Promise.all([...own, ...managed]),
    ...(boundaryArn === undefined ? {} : { boundary: await managedPolicy(facts, boundaryArn) }),
    others: [...names.slice(1), ...attached.map(({ PolicyName = "" }) => PolicyName)],
  };
}

async function managedPolicy({ aws }: Facts, PolicyArn: string): Promise<string> {
  const { Policy } = await aws.iam.send(new GetPolicyCommand({ PolicyArn }));
  const command = new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId });
  return (await aws.iam.send(command)).PolicyVersion?.Document ?? "";
}
