import { string } from "../schema";
import { runPlugin } from "../host";
import { kubernetesVersion } from "../eks/versions";

/**
 * The stand-in of @pulumi/kubernetes. The program makes nothing with it, but @pulumi/eks registers a provider for each
 * cluster, whether it uses it or not; a kubeconfig that leads nowhere is no error of the real one either until it is used
 * (pulumi/pulumi-kubernetes:provider/pkg/provider/provider.go, `clusterUnreachable`).
 */
runPlugin({
  name: "kubernetes",
  version: kubernetesVersion,
  config: { kubeconfig: string() },
  resources: {},
  functions: {},
  configure: () => Promise.resolve(),
  context: () => undefined,
});
