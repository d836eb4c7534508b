/**
 * The plugins that the component's children ask for: those of the SDKs that it was built with, not those of the program
 * (pulumi/pulumi-eks:nodejs/eks/package.json, v4.3.0).
 */
export const awsVersion = "7.25.0";
export const kubernetesVersion = "4.19.0";
