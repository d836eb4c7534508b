import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { bundle } from "../../../committed/bundle";
import type { CommittedEnvironment } from "../../../committed/environment";
import { committedFiles, type CommittedFile } from "../../../committed/files";
import { actionFolder, actionProgram } from "../../../committed/paths";
import { regions } from "../../../sandbox/world";

/** Short, so that a job without a runner is given up within a test. */
export const settings = { runnerStartMinutes: 5 };

/** The three regions; Korea only reports. */
export const loadEnvironments: CommittedEnvironment[] = regions.map(({ region, clusterName, overlay }) => {
  const name = overlay.replace("k8s/", "");
  return {
    name,
    filter: name,
    paths: ["k8s/base/**", `${overlay}/**`],
    overlay,
    runner: {
      jobName: `dryrun-${name}`,
      projectName: `kubectl-to-${clusterName}`,
      region,
      clusterName,
      eksVersionLabel: "1_35",
      enforcement: name === "kr-production" ? "report" : "require",
    },
  };
});

/** The committed files, but for the program that would ask a cluster. */
export function loadFiles(): CommittedFile[] {
  const played = {
    path: `${actionFolder}/${actionProgram}`,
    content: bundle("test/sandbox/load/playedDryRun.ts"),
  };
  return committedFiles(loadEnvironments, settings).map((file) =>
    file.path === played.path ? played : file,
  );
}

/** The program of an action, and its inputs where the workflow gives none. */
export interface Action {
  text: string;
  defaults: Record<string, unknown>;
}

/** The actions of the workflow by what its steps use, without their version. */
export function loadActions(): Map<string, Action> {
  const files = new Map(loadFiles().map(({ path, content }) => [path, content]));
  const own = [...files].flatMap(([path, text]) => {
    if (!path.endsWith(`/${actionProgram}`)) return [];
    const folder = dirname(path);
    return [
      [`./${folder}`, { text, defaults: defaultsIn(files.get(`${folder}/action.yml`) ?? "") }] as const,
    ];
  });
  const pathsFilter = "sandbox/github/actions/standIns/paths-filter";
  const folder = join(__dirname, "../../..", pathsFilter);
  const definition = readFileSync(join(folder, "action.yml"), "utf8");
  // It reads its definition beside itself, and a thread's text lies nowhere.
  const text = `__dirname = ${JSON.stringify(folder)};\n${bundle(`${pathsFilter}/index.ts`)}`;
  return new Map([...own, ["dorny/paths-filter", { text, defaults: defaultsIn(definition) }]]);
}

function defaultsIn(definition: string): Record<string, unknown> {
  const { inputs } = parse(definition) as { inputs: Record<string, { default?: unknown }> };
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default ?? ""]));
}
