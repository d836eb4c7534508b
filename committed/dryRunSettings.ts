import type { Overrides } from "../dryrun/report/verdicts";

/** How dry runs are made and judged, the same in every environment. */
export interface DryRunSettings {
  /**
   * What becomes of the check where an object was not checked, by reason.
   * @default docs/verdicts.md
   */
  gateOverrides?: Overrides;
  /**
   * Field manager of a deployer that applies server-side.
   * @default the deployer applies as `kubectl apply` does, client-side
   */
  serverSideFieldManager?: string;
  /**
   * Beginnings of addresses that kustomize may fetch from.
   * @default it fetches nothing
   */
  allowedRemotePrefixes?: string[];
  /**
   * ConfigMap keys and variables that are called like credentials and are none; `*` is any text.
   * @default none
   */
  notSecretNames?: string[];
  /**
   * Checksum (SHA-256, hex) of the kubectl for Linux on x86-64, by version such as `v1.36.1`.
   * @default dryrun/kubectl/checksums.json alone
   */
  kubectlVersions?: Record<string, string>;
}

/** The inputs by which the action hears of the settings. */
export function dryRunInputs(settings: DryRunSettings): Record<string, string> {
  const { gateOverrides, serverSideFieldManager, allowedRemotePrefixes, notSecretNames, kubectlVersions } =
    settings;
  return {
    ...(serverSideFieldManager && { "server-side": "true", "field-manager": serverSideFieldManager }),
    ...list("gate", pairs(gateOverrides)),
    ...list("allow-remote-prefix", allowedRemotePrefixes),
    ...list("not-secret", notSecretNames),
    ...list("kubectl-version", pairs(kubectlVersions)),
  };
}

function pairs(values: Record<string, string> = {}): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}

function list(name: string, values: string[] = []): Record<string, string> {
  return values.length === 0 ? {} : { [name]: `${values.join("\n")}\n` };
}
