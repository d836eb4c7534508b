import { SettingsError } from "../stacks/problems";
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
  problems.push(...accountProblems({ stack, config }));
  if (problems.length > 0) throw refusal(new SettingsError(stack, problems).message);
  const [accountId = ""] = JSON.parse(config["aws:allowedAccountIds"] ?? "[]") as string[];
  return { ...(values as TableValues<typeof deploymentsTable>), accountId };
}
