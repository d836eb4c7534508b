/** What a person does or sees in the AWS console, and no API does. Not signed. */
export const consolePaths = {
  /** POST `{connectionArn}`: the handshake with GitHub; makes the connection where there is none. */
  approveConnection: "/-/console/approve-connection",
  /** POST: some time goes by, so that every service sees IAM as it is. */
  letIamSettle: "/-/console/let-iam-settle",
  /** POST `{region, clusterName}`: gives `{path}`, the kubeconfig of the cluster's administrator. */
  adminKubeconfig: "/-/console/admin-kubeconfig",
  /** GET: what was asked of the sandbox and is not there. */
  unknownRoutes: "/-/console/unknown-routes",
  /** GET: what was decided on each queued job, and what became of its build. */
  builds: "/-/console/builds",
  /** POST `{region, limit}`: how many builds run at once in a region; AWS raises it on request. */
  concurrentBuilds: "/-/console/concurrent-builds",
};
