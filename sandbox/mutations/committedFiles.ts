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
    concernsAllRegions: true,
    break: actionMissing,
  },
];

interface Content {
  path: string;
  sha: string;
  /** Base64; of a folder's entries absent. */
  content?: string;
}

/** Changes the region's job in the workflow by hand. The way back leaves what others have changed since. */
function editedJob(pattern: (deployment: Deployment) => RegExp, replacement: string) {
  return async (deployment: Deployment): Promise<Undo> => {
    const { before, after } = await edit(deployment, (text) => {
      // Jobs begin with their id, indented by two.
      const jobs = text.split(/^(?= {2}[\w-]+:$)/m);
      const own = jobs.find((job) => job.includes(`codebuild-${deployment.runnerProjectName}-`)) ?? "";
      return { before: own, after: own.replace(pattern(deployment), replacement) };
    });
    return async () => {
      await edit(deployment, () => ({ before: after, after: before }));
    };
  };
}

/** A piece of a text, and what it becomes. */
interface Edit {
  before: string;
  after: string;
}

/** Edits the workflow; once more, if somebody else has changed it meanwhile, which GitHub answers with 409. */
async function edit(deployment: Deployment, change: (text: string) => Edit): Promise<Edit> {
  for (let attempt = 1; ; attempt += 1) {
    const file = await get(deployment, workflow);
    const text = Buffer.from(file.content ?? "", "base64").toString();
    const { before, after } = change(text);
    const edited = text.replace(before, () => after);
    if (edited === text) throw new Error(`${workflow} has nothing to edit.`);
    try {
      await put(deployment, { ...file, content: Buffer.from(edited).toString("base64") });
      return { before, after };
    } catch (error) {
      if (attempt === 5 || !/ answers 409/.test(String(error))) throw error;
    }
  }
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
