import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundle } from "./bundle";
import { actionProgram } from "./paths";
import { yamlText } from "./yamlText";

/** Text of the action's `action.yml`. */
export function actionDefinition(): string {
  return yamlText("Written by eks-dryrun-runner. Changes made here are undone by its next `pulumi up`.", {
    name: "k8s_dryrun",
    description: "Shows what a kustomize overlay would do to an EKS cluster, without doing it",
    inputs: {
      overlay: { description: "Kustomize folder to dry-run, such as k8s/ja-production", required: true },
      "base-folder": {
        description: "Folder with a checkout of the base commit, to tell what the change removes",
        required: true,
      },
      "cluster-name": { description: "Name of the EKS cluster", required: true },
      region: { description: "AWS region of the cluster, such as ap-northeast-1", required: true },
      "eks-version-label": {
        description: "Kubernetes minor version of the cluster, such as 1_35",
        required: true,
      },
    },
    runs: { using: "node24", main: actionProgram },
  });
}

/** Text of the program that the action runs: dryrun/ and the libraries it uses, in one file. */
export function actionProgramText(): string {
  return bundle("dryrun/main.ts", licenseNotice("yaml"));
}

/** The licence of a bundled library, as a comment: it wants to travel with the code. */
function licenseNotice(library: string): string {
  const folder = dirname(require.resolve(`${library}/package.json`));
  const license = readFileSync(join(folder, "LICENSE"), "utf8").trim();
  return [`Contains the library ${library}:`, "", ...license.split("\n")]
    .map((line) => `// ${line}`.trimEnd())
    .join("\n");
}
