import { configSetCommand, SettingsError, type Problem } from "../stacks/problems";
import { refusal } from "../stacks/refusal";
import { accountProblems } from "../stacks/settingsChecks";
import { secretKeys } from "../stacks/secrets";
import { readTable, type TableValues } from "../stacks/settingsReader";
import { deploymentsTable } from "./settingsTable";

/** Name of the configuration namespace, which is the project's. */
export const namespace = "eks-dryrun-runner-deployments";

/** The checked settings. */
export type DeploymentsSettings = TableValues<typeof deploymentsTable> & {
  /** The one AWS account in which everything is. */
  accountId: string;
};

/** A role's policy has 10,240 characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function roomProblems(
  stack: string,
  { stacksWithOwnCluster = [], stacksWithReleases = [] }: Partial<TableValues<typeof deploymentsTable>>,
): Problem[] {
  const both = stacksWithReleases.filter((name) => stacksWithOwnCluster.includes(name));
  if (both.length === 0) return [];
  const key = `${namespace}:stacksWithReleases`;
  const others = stacksWithReleases.filter((name) => !both.includes(name));
  return [
    {
      key,
      wrong: `names ${both.join(", ")}, as stacksWithOwnCluster does`,
      expected: "stacks without a cluster of their own: the policy of an update role has no room for both",
      command: configSetCommand(stack, key, JSON.stringify(others)),
    },
  ];
}

/**
 * Reads and checks the whole configuration.
 * @throws {pulumi.RunError} naming every key that is wrong, what is expected, and the command that mends it
 */
export function checkedSettings(stack: string, config: Record<string, string>): DeploymentsSettings {
  const { values, problems } = readTable({
    stack,
    namespace,
    table: deploymentsTable,
    config,
    secretKeys: secretKeys(process.env),
  });
  problems.push(...accountProblems({ stack, config }), ...roomProblems(stack, values));
  if (problems.length > 0) throw refusal(new SettingsError(stack, problems).message);
  const [accountId = ""] = JSON.parse(config["aws:allowedAccountIds"] ?? "[]") as string[];
  return { ...(values as TableValues<typeof deploymentsTable>), accountId };
}
