import type { Deployment } from "./deployment";
import type { Mutation, Undo } from "./mutation";

const workflow = ".github/workflows/k8s-dryrun.yml";
const action = ".github/actions/k8s_dryrun";

export const committedFileMutations: Mutation[] = [
  {
    name: "label-mismatch",
    about: "The workflow goes by an older Kubernetes version than the cluster has.",
    break: editedJob(() => /(?<=eks_version_label:\s+- ")1_\d+(?=")/, "1_34"),
  },
  {
    name: "wrong-region",
    about: "The workflow looks for the cluster in another region.",
    break: editedJob(({ region }) => new RegExp(`(?<=region: )${region}`), "us-east-1"),
  },
  {
    name: "workflow-edited",
    about: "Somebody gives the job a label in the workflow that no project has.",
    break: editedJob(({ runnerProjectName }) => new RegExp(`${runnerProjectName}(?=-\\$)`), "other"),
  },
  {
    name: "action-missing",
    about: "Somebody deletes the committed action.",
    break: actionMissing,
  },
];

interface Content {
  path: string;
  sha: string;
  /** Base64; of a folder's entries absent. */
  content?: string;
}

/** Changes the region's job in the workflow by hand. */
function editedJob(pattern: (deployment: Deployment) => RegExp, replacement: string) {
  return async (deployment: Deployment): Promise<Undo> => {
    const kept = await get(deployment, workflow);
    const text = Buffer.from(kept.content ?? "", "base64").toString();
    // Jobs begin with their id, indented by two.
    const jobs = text.split(/^(?= {2}[\w-]+:$)/m);
    const edited = jobs.map((job) =>
      job.includes(`codebuild-${deployment.runnerProjectName}-`)
        ? job.replace(pattern(deployment), replacement)
        : job,
    );
    if (edited.join("") === text) throw new Error(`${workflow} has nothing to edit.`);
    await put(deployment, { ...kept, content: Buffer.from(edited.join("")).toString("base64") });
    return async () => {
      const { sha } = await get(deployment, workflow);
      await put(deployment, { ...kept, sha });
    };
  };
}

async function actionMissing(deployment: Deployment): Promise<Undo> {
  const entries = await deployment.github<Content[]>("GET", `contents/${action}`);
  const kept = await Promise.all(entries.map(({ path }) => get(deployment, path)));
  for (const { path, sha } of kept)
    await deployment.github("DELETE", `contents/${path}`, { message: `Delete ${path}`, sha });
  return async () => {
    for (const { path, content } of kept) await put(deployment, { path, content });
  };
}

function get({ github }: Deployment, path: string): Promise<Content> {
  return github("GET", `contents/${path}`);
}

async function put({ github }: Deployment, { path, sha, content }: Partial<Content>): Promise<void> {
  const message = `Edit ${path ?? ""} by hand`;
  await github("PUT", `contents/${path ?? ""}`, { message, sha, content });
}
