import { Command, CommanderError } from "commander";
import { CouldNotCheck } from "./couldNotCheck";
import type { Mode } from "./check/step";
import { type KnownKubectl, parseKubectlVersion } from "./kubectl/find";
import { optionTable } from "./optionTable";
import { type Overrides, parseOverrides } from "./report/verdicts";

/** What a dry run is asked for, checked. */
export interface Options {
  repository: string;
  overlay: string;
  base: string;
  environment: string;
  cluster: { kubeconfig: string; context?: string } | { clusterName: string; region: string };
  clusterName?: string;
  versionLabel: string;
  paths: string[];
  reportFile?: string;
  summaryFile?: string;
  mode: Mode;
  allowUnguarded: boolean;
  allowedRemotePrefixes: string[];
  notSecret: string[];
  overrides: Overrides;
  /** In seconds. */
  timeout: number;
  /** Versions in place of those of the table for their minors. */
  kubectlVersions: KnownKubectl[];
  kubectl?: { binary: string; sha256: string };
}

type Values = Record<string, string | string[] | boolean | undefined>;

/**
 * Reads the options of a command line.
 * @returns undefined if it asked for help, which was printed.
 * @throws CouldNotCheck with everything that is wrong.
 */
export function readOptions(args: string[]): Options | undefined {
  const command = commandLine();
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new CouldNotCheck(`${error.message.replace(/^error: /, "")}. See --help.`);
  }
  return checked((name) => command.getOptionValue(camelCase(name)) as Values[string]);
}

/** The action's inputs, which GitHub hands over as environment variables, as a command line. */
export function argumentsFromInputs(environment: NodeJS.ProcessEnv): string[] {
  return optionTable.flatMap(({ name, value, isList }) => {
    const given = environment[`INPUT_${name.toUpperCase()}`]?.trim() ?? "";
    if (given === "") return [];
    if (!value) {
      if (given !== "true" && given !== "false") {
        throw new CouldNotCheck(`the input ${name} is ${JSON.stringify(given)} and must be true or false.`);
      }
      return given === "true" ? [`--${name}`] : [];
    }
    return (isList ? given.split(/\s+/) : [given]).map((one) => `--${name}=${one}`);
  });
}

function commandLine(): Command {
  const command = new Command("dryrun")
    .description("Shows what a kustomize overlay would do to a Kubernetes cluster, without doing it.")
    .addHelpText(
      "after",
      "\nExit codes: 0, checked, and it would apply; 1, something that the change touches would fail; 2, it could not be checked.",
    )
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const { name, value, isList, description, default: preset } of optionTable) {
    const flags = value ? `--${name} <${value}>` : `--${name}`;
    if (isList) command.option(flags, `${description} (can be repeated)`, collect, []);
    else command.option(flags, description, preset);
  }
  return command;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function checked(valueOf: (name: string) => Values[string]): Options {
  const problems: string[] = [];
  const text = (name: string) => (valueOf(name) as string | undefined)?.trim() || undefined;
  const list = (name: string) => valueOf(name) as string[];
  const required = (name: string) => {
    const value = text(name);
    if (!value) problems.push(`${name} is missing`);
    return value ?? "";
  };
  const overlay = required("overlay").replace(/\/+$/, "");
  const isServerSide = valueOf("server-side") === true;
  const [kubectl, sha256] = [text("kubectl"), text("kubectl-sha256")];
  const versionLabel = required("eks-version-label");
  const timeout = Number(text("timeout"));
  const [kubeconfig, clusterName, region] = [text("kubeconfig"), text("cluster-name"), text("region")];

  if (overlay.startsWith("/") || overlay.split("/").includes("..")) {
    problems.push("overlay must be a folder inside of the repository, such as k8s/ja-production");
  }
  if (versionLabel && !/^1_\d+$/.test(versionLabel)) {
    problems.push(
      `eks-version-label is ${JSON.stringify(versionLabel)} and must look like 1_35 (in quotes in the workflow: ` +
        "without them it is a number)",
    );
  }
  if (!kubeconfig && !(clusterName && region)) {
    problems.push("either kubeconfig, or cluster-name and region, must say where the cluster is");
  }
  if (isServerSide !== (text("field-manager") !== undefined)) {
    problems.push("server-side and field-manager must be given together");
  }
  if ((kubectl === undefined) !== (sha256 === undefined)) {
    problems.push("kubectl and kubectl-sha256 must be given together");
  }
  if (!Number.isInteger(timeout) || timeout < 1) problems.push("timeout must be a number of seconds");
  let overrides: Overrides = {};
  try {
    overrides = parseOverrides(list("gate").join(" "));
  } catch (error) {
    problems.push(`gate: ${(error as Error).message}`);
  }
  const kubectlVersions = list("kubectl-version").flatMap((text) => {
    const known = parseKubectlVersion(text);
    if (!known) {
      problems.push(
        `kubectl-version is ${JSON.stringify(text)} and must look like v1.36.1=SHA256, with 64 hexadecimal digits`,
      );
    }
    return known ?? [];
  });

  const options: Options = {
    repository: text("repo") ?? ".",
    overlay,
    base: required("base"),
    environment: text("environment") ?? overlay.split("/").at(-1) ?? overlay,
    cluster: kubeconfig
      ? { kubeconfig, context: text("context") }
      : { clusterName: clusterName ?? "", region: region ?? "" },
    clusterName,
    versionLabel,
    paths: list("paths"),
    reportFile: text("report"),
    summaryFile: text("summary"),
    mode: isServerSide
      ? { kind: "server-side", fieldManager: text("field-manager") ?? "" }
      : { kind: "client-side" },
    allowUnguarded: valueOf("allow-unguarded") === true,
    allowedRemotePrefixes: list("allow-remote-prefix"),
    notSecret: list("not-secret"),
    overrides,
    timeout,
    kubectlVersions,
    kubectl: kubectl && sha256 ? { binary: kubectl, sha256 } : undefined,
  };
  if (problems.length > 0) throw new CouldNotCheck(`${problems.join("; ").replace(/\.$/, "")}. See --help.`);
  return options;
}
