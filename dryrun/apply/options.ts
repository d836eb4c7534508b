import { readCommandLine, refuseProblems } from "../commandLine";
import { type CommonOptions, commonOptions } from "../options";
import { optionTable, type OptionRow } from "../optionTable";
import { type DeletionName, parseDeletionNames } from "./deletionNames";

/** What an apply is asked for, checked. */
export interface ApplyOptions extends CommonOptions {
  /** Longest wait for workloads to be ready, in seconds. */
  rolloutTimeout: number;
  /** Objects to delete that the overlay no longer has. */
  deletions: DeletionName[];
}

/** Options of a dry run that an apply has none of, or its own. */
const ofDryRunsAlone = ["repo", "base", "allow-unguarded", "timeout"];

/** Every option of an apply. */
export const applyOptionTable: OptionRow[] = [
  {
    name: "repository",
    value: "DIR",
    description: "Checkout of the manifest repository at the commit to apply, with its history",
  },
  ...optionTable.filter(({ name }) => !ofDryRunsAlone.includes(name)),
  {
    name: "delete",
    value: "NAMES",
    description:
      "Objects to delete after that, which the overlay no longer has: each as the report calls it, such as " +
      "`Deployment.apps web/api`, separated by commas",
    default: "",
  },
  {
    name: "rollout-timeout",
    value: "SECONDS",
    description: "Longest wait for Deployments, DaemonSets and StatefulSets to be ready",
    default: "600",
  },
  {
    name: "timeout",
    value: "SECONDS",
    description: "Longest run; what was not applied by then is reported so",
    default: "3000",
  },
];

/**
 * Reads the options of an apply's command line.
 * @returns undefined if it asked for help, which was printed.
 * @throws CouldNotCheck with everything that is wrong.
 */
export function readApplyOptions(args: string[]): ApplyOptions | undefined {
  const given = readCommandLine(
    {
      name: "apply",
      description: "Dry-runs a kustomize overlay and then applies it to a Kubernetes cluster.",
      help: "Exit codes: 0, everything is applied and ready; 1, it is not, and the report says what is.",
      options: applyOptionTable,
    },
    args,
  );
  if (!given) return undefined;
  const { names, problems } = parseDeletionNames(given.text("delete") ?? "");
  const options = {
    ...commonOptions(given, given.required("repository")),
    rolloutTimeout: given.seconds("rollout-timeout"),
    deletions: names,
  };
  given.problems.push(...problems.map((problem) => `delete: ${problem}`));
  refuseProblems(given);
  return options;
}
