import { readFileSync } from "node:fs";
import { join } from "node:path";
import { optionTable } from "../dryrun/optionTable";
import { bundle } from "./bundle";
import { actionProgram } from "./paths";
import { yamlText } from "./yamlText";

/** The inputs that the workflow gives. */
const givenByWorkflow = [
  "environment",
  "overlay",
  "base",
  "paths",
  "cluster-name",
  "region",
  "eks-version-label",
];

/** Libraries that are bundled with the program, other than this repository's own. */
const libraries = ["commander", "diff", "js-yaml", "picomatch"];

/** Text of the action's `action.yml`. */
export function actionDefinition(): string {
  return yamlText("Written by eks-dryrun-runner. Changes made here are undone by its next `pulumi up`.", {
    name: "k8s_dryrun",
    description: "Shows what a kustomize overlay would do to an EKS cluster, without doing it",
    inputs: Object.fromEntries(
      optionTable.map(({ name, description, default: preset }) => [
        name,
        { description, required: givenByWorkflow.includes(name), ...(preset && { default: preset }) },
      ]),
    ),
    runs: { using: "node24", main: actionProgram },
  });
}

/** Text of the program that the action runs: dryrun/ and the libraries it uses, in one file. */
export function actionProgramText(): string {
  return bundle("dryrun/main.ts", libraries.map(licenseNotice).join("\n//\n"));
}

/** The licence of a bundled library, as a comment: it wants to travel with the code. */
function licenseNotice(library: string): string {
  // Not by its package.json, which not every library lets others resolve.
  const [entry, inside] = [require.resolve(library), join("node_modules", library)];
  const folder = entry.slice(0, entry.lastIndexOf(inside) + inside.length);
  const license = readFileSync(join(folder, "LICENSE"), "utf8").trim();
  return [`Contains the library ${library}:`, "", ...license.split("\n")]
    .map((line) => `// ${line}`.trimEnd())
    .join("\n");
}
