import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "./cache";
import { goCommand, GoMissing } from "./go";

/** The two programs that together are a Kubernetes control plane without controllers. */
export interface KubernetesBinaries {
  /** Absolute path of `kube-apiserver`. */
  apiServer: string;
  /** Absolute path of `etcd`. */
  etcd: string;
}

// k8s.io/kubernetes requires its staging modules at v0.0.0 and replaces them by folders of its own, which an importer
// does not have: kubernetes/go.mod replaces each by the published module of the same release. Not v1.35.2: the
// checksum database lacks one of its staging modules.
const version = "v1.35.1";
const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
const stamp = "k8s.io/component-base/version";
const modules = join(__dirname, "kubernetes");

const apiServer = {
  name: "kube-apiserver",
  version,
  modules,
  package: "k8s.io/kubernetes/cmd/kube-apiserver",
  duration: "some minutes",
  // Without the stamp the server calls itself v0.0.0-master+$Format:%H$, which kubectl refuses to parse.
  ldflags:
    `-s -w -X ${stamp}.gitVersion=${version} -X ${stamp}.gitMajor=${major} -X ${stamp}.gitMinor=${minor} ` +
    `-X ${stamp}.gitTreeState=clean`,
};

// The version that Kubernetes 1.35 itself is built with.
const etcd = {
  name: "etcd",
  version: "v3.6.5",
  modules,
  package: "go.etcd.io/etcd/server/v3",
  duration: "a minute",
  ldflags: "-s -w",
};

/**
 * The control plane's binaries: those of the folder that `KUBEBUILDER_ASSETS` names, where it is set (as the tests of
 * Kubernetes controllers do, see https://book.kubebuilder.io/reference/envtest), else built from pinned Go modules.
 *
 * @throws Error if the folder lacks one of them, or there is no Go to build them with
 */
export async function ensureKubernetes(
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<KubernetesBinaries> {
  if (env.KUBEBUILDER_ASSETS) return inFolder(env.KUBEBUILDER_ASSETS);
  try {
    return { etcd: await goCommand(etcd, progress), apiServer: await goCommand(apiServer, progress) };
  } catch (error) {
    if (!(error instanceof GoMissing)) throw error;
    throw new Error(
      `There is no Go to build kube-apiserver ${version} and etcd ${etcd.version} with. Do one of the two, then run ` +
        "this command again:\n" +
        "  - install Go 1.25 or newer: https://go.dev/doc/install\n" +
        "  - set KUBEBUILDER_ASSETS to a folder with both, such as the one that `setup-envtest use -p path` prints",
      { cause: error },
    );
  }
}

async function inFolder(folder: string): Promise<KubernetesBinaries> {
  const binaries = { apiServer: join(folder, "kube-apiserver"), etcd: join(folder, "etcd") };
  for (const path of Object.values(binaries)) {
    await access(path, constants.X_OK).catch(() => {
      throw new Error(
        `KUBEBUILDER_ASSETS is ${folder}, but ${path} is not an executable file. ` +
          "Unset it, or make it the folder that `setup-envtest use -p path` prints.",
      );
    });
  }
  return binaries;
}
