/** What only the owner of a cluster has. Not signed. */
export const eksConsolePaths = {
  /** POST `{region, clusterName}`: gives `{path}`, the kubeconfig of the cluster's administrator. */
  adminKubeconfig: "/-/console/admin-kubeconfig",
};
