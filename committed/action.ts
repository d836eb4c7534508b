import { optionTable } from "../dryrun/optionTable";
import { bundle } from "./bundle";
import { actionFolder, actionProgram } from "./paths";
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

/** An input of an action. */
export interface ActionInput {
  description: string;
  required: boolean;
  default?: string;
}

/** What an action is, beside its program. */
export interface ActionDefinition {
  name: string;
  description: string;
  inputs: Record<string, ActionInput>;
  outputs: Record<string, { description: string }>;
}

/** Text of an action's `action.yml`. */
export function actionText({ name, description, inputs, outputs }: ActionDefinition): string {
  return yamlText("Written by eks-dryrun-runner. Changes made here are undone by its next `pulumi up`.", {
    name,
    description,
    inputs,
    ...(Object.keys(outputs).length > 0 && { outputs }),
    runs: { using: "node24", main: actionProgram },
  });
}

/** The action that dry-runs an environment: its definition, and its program, which is dryrun/ in one file. */
export function actionFiles(): { path: string; content: string }[] {
  const definition = actionText({
    name: "k8s_dryrun",
    description: "Shows what a kustomize overlay would do to an EKS cluster, without doing it",
    inputs: Object.fromEntries(
      optionTable.map(({ name, description, default: preset }) => [
        name,
        { description, required: givenByWorkflow.includes(name), ...(preset && { default: preset }) },
      ]),
    ),
    outputs: {
      report: { description: "The report, as dryrun/report/pack.ts of eks-dryrun-runner packs it" },
    },
  });
  return [
    { path: `${actionFolder}/action.yml`, content: definition },
    { path: `${actionFolder}/${actionProgram}`, content: actionProgramText() },
  ];
}

/** Text of the program that the action runs. */
export function actionProgramText(): string {
  return bundle("dryrun/main.ts");
}
