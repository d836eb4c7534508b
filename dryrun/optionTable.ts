/** An option of the command line, and an input of the action, of the same name. */
export interface OptionRow {
  name: string;
  /** What its value is called; absent for a switch. */
  value?: string;
  /** May be given several times; as an input, separated by spaces or line breaks. */
  isList?: boolean;
  description: string;
  default?: string;
}

/** Every option of a dry run. The action's `action.yml` and `--help` are made from it. */
export const optionTable: OptionRow[] = [
  {
    name: "repo",
    value: "DIR",
    description: "Checkout of the manifest repository, with the change",
    default: ".",
  },
  {
    name: "overlay",
    value: "DIR",
    description: "Kustomize folder in it to dry-run, such as k8s/ja-production",
  },
  {
    name: "base",
    value: "FOLDER-OR-REF",
    description:
      "The repository without the change: a folder, or a git reference, of which the merge base is taken",
  },
  {
    name: "environment",
    value: "NAME",
    description:
      "What reports call the environment, such as ja-production; by default the overlay's last folder",
  },
  { name: "cluster-name", value: "NAME", description: "Name of the EKS cluster" },
  { name: "region", value: "REGION", description: "AWS region of the cluster, such as ap-northeast-1" },
  {
    name: "kubeconfig",
    value: "FILE",
    description: "Kubeconfig of the cluster, in place of the one that aws makes for cluster-name and region",
  },
  { name: "context", value: "NAME", description: "Context of the kubeconfig; by default its current one" },
  {
    name: "eks-version-label",
    value: "LABEL",
    description: "Kubernetes minor version that the cluster is said to have, such as 1_35",
  },
  {
    name: "paths",
    value: "GLOB",
    isList: true,
    description: "Globs of the environment's path filter, to report files that none of them covers",
  },
  { name: "report", value: "FILE", description: "Where to write the report as JSON" },
  { name: "summary", value: "FILE", description: "Where to append the report as Markdown" },
  { name: "server-side", description: "Check a server-side apply, for those who deploy that way" },
  {
    name: "field-manager",
    value: "NAME",
    description: "Field manager of the deployer; only with server-side",
  },
  { name: "allow-unguarded", description: "Go on where the guard is not proven; every output says so" },
  {
    name: "allow-remote-prefix",
    value: "PREFIX",
    isList: true,
    description: "Beginnings of addresses that kustomize may fetch from; by default it may fetch nothing",
  },
  {
    name: "not-secret",
    value: "NAME",
    isList: true,
    description: "ConfigMap keys and variables that are called like credentials and are none; * is any text",
  },
  {
    name: "gate",
    value: "REASON=passes|fails",
    isList: true,
    description: "What becomes of the check where an object was not checked for a reason (docs/verdicts.md)",
  },
  {
    name: "timeout",
    value: "SECONDS",
    description: "Longest run; what was not checked by then is reported so",
    default: "600",
  },
  {
    name: "kubectl-version",
    value: "VERSION=SHA256",
    isList: true,
    description:
      "Another version of kubectl for servers of its minor, with the checksum of its binary for Linux on x86-64",
  },
  {
    name: "kubectl",
    value: "FILE",
    description: "kubectl for the cluster, in place of the one of the server's minor version",
  },
  {
    name: "kubectl-sha256",
    value: "HEX",
    description: "Checksum of that kubectl; without it, it is not run",
  },
];
