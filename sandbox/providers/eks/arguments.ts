import type * as pulumi from "@pulumi/pulumi";

/** Arguments of `eks.Cluster` that may have any value. */
const free = ["name", "version", "vpcId", "subnetIds", "enabledClusterLogTypes", "tags"];

/** Arguments that the stand-in plays with one value only: with another, the component makes other children. */
const fixed: Record<string, unknown> = {
  endpointPrivateAccess: true,
  endpointPublicAccess: false,
  authenticationMode: "API",
  skipDefaultSecurityGroups: true,
  skipDefaultNodeGroup: true,
  useDefaultVpcCni: true,
};

/** Add-ons that are off, whatever else is said of them. */
const addons = ["corednsAddonOptions", "kubeProxyAddonOptions"];

/** @throws Error naming every argument that the stand-in does not play, or not with this value */
export function refuseOtherArguments(inputs: pulumi.Inputs): void {
  const problems = [
    ...Object.keys(inputs)
      .filter((name) => ![...free, ...addons].includes(name) && !(name in fixed))
      .map((name) => `${name} is not known`),
    ...Object.entries(fixed)
      .filter(([name, value]) => inputs[name] !== value)
      .map(
        ([name, value]) => `${name} is ${JSON.stringify(inputs[name])}, known is ${JSON.stringify(value)}`,
      ),
    ...addons
      .filter((name) => (inputs[name] as { enabled?: boolean } | undefined)?.enabled !== false)
      .map((name) => `${name} is not switched off`),
  ];
  if (problems.length > 0)
    throw new Error(`the sandbox's stand-in of eks.Cluster does not know this: ${problems.join("; ")}`);
}
