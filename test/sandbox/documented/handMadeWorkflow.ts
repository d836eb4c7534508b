import { execa } from "execa";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pinnedActions } from "../../../committed/pins";
import type { HandMadeRegion } from "./handMade";

export const handMadeWorkflowPath = ".github/workflows/k8s-dryrun.yml";
export const handMadeActionPath = ".github/actions/k8s_dryrun/action.yml";

/** Commits a workflow to the default branch of a bare repository as a company writes it: a job a region, and one action. */
export async function commitByHand(
  repository: string,
  regions: Record<string, HandMadeRegion>,
): Promise<void> {
  const clone = await mkdtemp(join(tmpdir(), "clone-"));
  const git = (...args: string[]) => execa("git", ["-C", clone, ...args]);
  try {
    await git("clone", "--quiet", repository, ".");
    for (const [path, text] of [
      [handMadeWorkflowPath, workflow(regions)],
      [handMadeActionPath, action],
    ] as const) {
      await mkdir(dirname(join(clone, path)), { recursive: true });
      await writeFile(join(clone, path), text);
    }
    await git("add", "--all");
    const author = ["-c", "user.name=example-org-bot", "-c", "user.email=bot@example.com"];
    await git(...author, "commit", "--quiet", "--message", "Dry-run pull requests");
    await git("push", "--quiet", "origin", "HEAD");
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

function workflow(regions: Record<string, HandMadeRegion>): string {
  const { action: checkout, commit } = pinnedActions.checkout;
  const jobs = Object.entries(regions).map(
    ([name, { region, clusterName, projectName }]) => `
  dryrun-${name}:
    runs-on:
      - codebuild-${projectName}-\${{ github.run_id }}-\${{ github.run_attempt }}
    steps:
      - uses: ${checkout}@${commit}
      - uses: ./.github/actions/k8s_dryrun
        with:
          overlay: k8s/${name}
          region: ${region}
          cluster: ${clusterName}
`,
  );
  return `name: K8s Dryrun\non: [pull_request]\njobs:${jobs.join("")}`;
}

/** Its kubectl is in the image. */
const action = `name: k8s_dryrun
description: kubectl apply --dry-run=server
inputs:
  overlay: { description: the overlay, required: true }
  region: { description: the region, required: true }
  cluster: { description: the cluster, required: true }
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        aws eks update-kubeconfig --region \${{ inputs.region }} --name \${{ inputs.cluster }} --kubeconfig kubeconfig
        "$RUNNER_TOOL_CACHE"/kubectl/*/x64/kubectl --kubeconfig kubeconfig apply --dry-run=server -k \${{ inputs.overlay }}
`;
