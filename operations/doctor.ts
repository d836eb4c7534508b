import { Command, Option } from "commander";
import { environments, hasRunner } from "../stacks/environments";
import { examineAll } from "./doctor/check";
import { checksOf } from "./doctor/checks";
import { Facts } from "./doctor/facts";
import { exitCodeOf, reportText } from "./doctor/report";
import { readSubject } from "./doctor/subject";
import { Kubectl } from "./guardKubectl";

// The AWS SDK's warning of old Node.js has no place between the checks.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

interface Options {
  stack: string;
  json?: true;
  kubeconfig?: string;
  kubectl: string;
}

const stacks = environments.filter(hasRunner).map(({ name }) => name);

new Command("doctor")
  .description(
    "Looks at AWS, GitHub and the cluster, and says, check by check, what is right, what is wrong and how to mend it. " +
      "It changes nothing. Exit code 0: all right. 1: something is wrong. 2: not everything could be looked at.",
  )
  .addOption(new Option("--stack <name>", "the stack").choices(stacks).makeOptionMandatory())
  .option("--json", "print the results as JSON")
  .option(
    "--kubeconfig <file>",
    "kubeconfig of the cluster's administrator, where it can be reached from here",
  )
  .addOption(new Option("--kubectl <file>", "the kubectl to run").default("kubectl"))
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(doctor)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });

async function doctor({ stack, json, kubeconfig, kubectl }: Options): Promise<void> {
  const administrator = kubeconfig === undefined ? undefined : new Kubectl(kubectl, kubeconfig);
  const subject = await readSubject(stack, administrator);
  const results = await examineAll(checksOf(subject), new Facts(subject));
  console.log(json ? JSON.stringify(results, null, 2) : reportText(subject.environment, results));
  process.exitCode = exitCodeOf(results);
}
