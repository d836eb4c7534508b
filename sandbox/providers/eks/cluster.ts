import * as pulumi from "@pulumi/pulumi";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { refuseOtherArguments } from "./arguments";
import { AwsResource, ServiceRole } from "./serviceRole";
import { kubernetesVersion } from "./versions";

/** What the component reads of the EKS cluster that it makes. */
class EksCluster extends AwsResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly endpoint: pulumi.Output<string>;
  declare readonly certificateAuthority: pulumi.Output<{ data: string }>;
  declare readonly vpcConfig: pulumi.Output<{ clusterSecurityGroupId: string }>;

  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super(
      "aws:eks/cluster:Cluster",
      name,
      { ...inputs, endpoint: undefined, certificateAuthority: undefined },
      opts,
    );
  }
}

/**
 * `eks.Cluster` with the arguments that it is known with: the same children under the same names, with the same inputs
 * (pulumi/pulumi-eks:nodejs/eks/cluster/cluster.ts, v4.3.0, `createCore`).
 */
export class Cluster extends pulumi.ComponentResource {
  readonly eksCluster: EksCluster;
  readonly kubeconfig: pulumi.Output<object>;

  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:Cluster", name, inputs, opts);
    refuseWithoutAwsCommand();
    refuseOtherArguments(inputs);
    const child = { parent: this };
    const args: Record<string, unknown> = inputs;
    const tags = args.tags as pulumi.Input<Record<string, string>>;

    const role = new ServiceRole(`${name}-eksRole`, tags, child);
    this.eksCluster = new EksCluster(
      `${name}-eksCluster`,
      {
        name: args.name,
        version: args.version,
        roleArn: role.arn,
        vpcConfig: {
          subnetIds: args.subnetIds,
          endpointPrivateAccess: args.endpointPrivateAccess,
          endpointPublicAccess: args.endpointPublicAccess,
        },
        enabledClusterLogTypes: args.enabledClusterLogTypes,
        tags: pulumi.output(tags).apply((given) => ({ Name: `${name}-eksCluster`, ...given })),
        accessConfig: {
          authenticationMode: args.authenticationMode,
          bootstrapClusterCreatorAdminPermissions: true,
        },
        bootstrapSelfManagedAddons: true,
      },
      {
        ...child,
        ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
      },
    );
    this.kubeconfig = kubeconfigOf(this.eksCluster);
    new KubernetesProvider(`${name}-eks-k8s`, this.kubeconfig, { ...child, version: kubernetesVersion });
    this.registerOutputs({ eksCluster: this.eksCluster, kubeconfig: this.kubeconfig });
  }

  /** What the SDK in the program reads. */
  get state(): pulumi.Inputs {
    const { clusterSecurityGroupId } = this.eksCluster.vpcConfig;
    return {
      eksCluster: this.eksCluster,
      clusterSecurityGroupId,
      nodeSecurityGroupId: clusterSecurityGroupId,
      kubeconfig: this.kubeconfig,
      kubeconfigJson: pulumi.jsonStringify(this.kubeconfig),
    };
  }
}

class KubernetesProvider extends pulumi.ProviderResource {
  constructor(name: string, kubeconfig: pulumi.Output<object>, opts: pulumi.ResourceOptions) {
    super("kubernetes", name, { kubeconfig: pulumi.jsonStringify(kubeconfig) }, opts);
  }
}

/** The real component ends in the same words (pulumi/pulumi-eks:nodejs/eks/dependencies.ts). */
function refuseWithoutAwsCommand(): void {
  const folders = (process.env.PATH ?? "").split(delimiter);
  if (!folders.some((folder) => existsSync(join(folder, "aws"))))
    throw new Error(
      "Could not find aws CLI for EKS. See https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html for installation instructions.",
    );
}

function kubeconfigOf({ name, endpoint, certificateAuthority, arn }: EksCluster): pulumi.Output<object> {
  return pulumi
    .all([name, endpoint, certificateAuthority, arn])
    .apply(([clusterName, server, ca, clusterArn]) => ({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "kubernetes", cluster: { server, "certificate-authority-data": ca.data } }],
      contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
      "current-context": "aws",
      users: [
        {
          name: "aws",
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "aws",
              args: ["--region", clusterArn.split(":")[3], "eks", "get-token", "--cluster-name", clusterName],
            },
          },
        },
      ],
    }));
}
