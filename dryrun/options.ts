import { type GivenOptions, readCommandLine, refuseProblems } from "./commandLine";
import { CouldNotCheck } from "./couldNotCheck";
import type { Mode } from "./check/step";
import { type KnownKubectl, parseKubectlVersion } from "./kubectl/find";
import { optionTable } from "./optionTable";
import { type Overrides, parseOverrides } from "./report/verdicts";

/** What a dry run and an apply are both asked for, checked. */
export interface CommonOptions {
  repository: string;
  overlay: string;
  environment: string;
  cluster: { kubeconfig: string; context?: string } | { clusterName: string; region: string };
  clusterName?: string;
  versionLabel: string;
  paths: string[];
  mode: Mode;
  allowedRemotePrefixes: string[];
  notSecret: string[];
  overrides: Overrides;
  /** In seconds. */
  timeout: number;
  /** Versions in place of those of the table for their minors. */
  kubectlVersions: KnownKubectl[];
  kubectl?: { binary: string; sha256: string };
  reportFile?: string;
  summaryFile?: string;
}

/** What a dry run is asked for, checked. */
export interface Options extends CommonOptions {
  base: string;
  allowUnguarded: boolean;
}

/**
 * Reads the options of a dry run's command line.
 * @returns undefined if it asked for help, which was printed.
 * @throws CouldNotCheck with everything that is wrong.
 */
export function readOptions(args: string[]): Options | undefined {
  const given = readCommandLine(
    {
      name: "dryrun",
      description: "Shows what a kustomize overlay would do to a Kubernetes cluster, without doing it.",
      help: "Exit codes: 0, checked, and it would apply; 1, something that the change touches would fail; 2, it could not be checked.",
      options: optionTable,
    },
    args,
  );
  if (!given) return undefined;
  const options = {
    ...commonOptions(given, given.text("repo") ?? "."),
    base: given.required("base"),
    allowUnguarded: given.isOn("allow-unguarded"),
  };
  refuseProblems(given);
  return options;
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

/** Reads what a dry run and an apply are both asked for. What is wrong joins the problems. */
export function commonOptions(given: GivenOptions, repository: string): CommonOptions {
  const { problems, text, required, list } = given;
  const overlay = required("overlay").replace(/\/+$/, "");
  const isServerSide = given.isOn("server-side");
  const [kubectl, sha256] = [text("kubectl"), text("kubectl-sha256")];
  const versionLabel = required("eks-version-label");
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
  return {
    repository,
    overlay,
    environment: text("environment") ?? overlay.split("/").at(-1) ?? overlay,
    cluster: kubeconfig
      ? { kubeconfig, context: text("context") }
      : { clusterName: clusterName ?? "", region: region ?? "" },
    clusterName,
    versionLabel,
    paths: list("paths"),
    mode: isServerSide
      ? { kind: "server-side", fieldManager: text("field-manager") ?? "" }
      : { kind: "client-side" },
    allowedRemotePrefixes: list("allow-remote-prefix"),
    notSecret: list("not-secret"),
    timeout: given.seconds("timeout"),
    overrides: overridesOf(given),
    kubectlVersions: kubectlVersionsOf(given),
    kubectl: kubectl && sha256 ? { binary: kubectl, sha256 } : undefined,
    reportFile: text("report"),
    summaryFile: text("summary"),
  };
}

function overridesOf({ list, problems }: GivenOptions): Overrides {
  try {
    return parseOverrides(list("gate").join(" "));
  } catch (error) {
    problems.push(`gate: ${(error as Error).message}`);
    return {};
  }
}

function kubectlVersionsOf({ list, problems }: GivenOptions): KnownKubectl[] {
  return list("kubectl-version").flatMap((text) => {
    const known = parseKubectlVersion(text);
    if (!known) {
      problems.push(
        `kubectl-version is ${JSON.stringify(text)} and must look like v1.36.1=SHA256, with 64 hexadecimal digits`,
      );
    }
    return known ?? [];
  });
}
