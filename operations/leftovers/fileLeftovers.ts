import { homeEnvironment } from "../../stacks/environments";
import { committedFilesName } from "../../stacks/committedPlan";
import { shellQuoted } from "../../stacks/problems";
import type { GitHub } from "../doctor/github";
import type { Subject } from "../doctor/subject";
import type { Leftover } from "./awsLeftovers";
import { programPaths } from "./programFiles";
import { ofType, type StackState } from "./stackState";

/** Type of a committed file. */
export const fileType = "github:index/repositoryFile:RepositoryFile";
const read = "Contents: read";

/** A committed file that no state has. */
interface UnknownFile {
  path: string;
  /** Whether its last commit is the program's own. */
  isOurs: boolean;
}

/**
 * Committed files that no state has, where the program commits them: what it finds on the branch that others merge into, it
 * takes into its state itself. They are taken over and not deleted, because to delete one and to make it again
 * would be two commits more.
 */
export async function fileLeftovers({ settings, github }: Subject, state: StackState): Promise<Leftover[]> {
  const { name, fullName } = settings.targetRepository;
  if (settings.delivery === "pullRequest") return [];
  const repository = await github.get<{ default_branch: string }>(`/repos/${fullName}`, read);
  if (!repository) throw new Error(`There is no repository ${fullName}, or GITHUB_TOKEN does not see it.`);
  const branch = repository.default_branch;
  const known = new Set(ofType(state, fileType).map(({ id }) => id));
  const leftovers: Leftover[] = [];
  for (const path of programPaths(settings)) {
    const id = `${name}:${path}:${branch}`;
    const file = known.has(id) ? undefined : await findFile(github, fullName, path, branch);
    if (file) leftovers.push(leftover(file, id, state));
  }
  return leftovers;
}

async function findFile(
  github: GitHub,
  fullName: string,
  path: string,
  branch: string,
): Promise<UnknownFile | undefined> {
  const query = `sha=${encodeURIComponent(branch)}&path=${encodeURIComponent(path)}&per_page=1`;
  if ((await blobOf(github, fullName, path, branch)) === undefined) return undefined;
  const commits = await github.get<{ commit: { message: string } }[]>(
    `/repos/${fullName}/commits?${query}`,
    read,
  );
  return { path, isOurs: commits?.[0]?.commit.message === `eks-dryrun-runner: ${path}` };
}

/** Git's name of what a branch has at a path. */
export async function blobOf(
  github: GitHub,
  fullName: string,
  path: string,
  branch: string,
): Promise<string | undefined> {
  const contents = `/repos/${fullName}/contents/${path}?ref=${encodeURIComponent(branch)}`;
  return (await github.get<{ sha: string }>(contents, read))?.sha;
}

function leftover({ path, isOurs }: UnknownFile, id: string, state: StackState): Leftover {
  const what = `file ${path} in the target repository`;
  if (!isOurs)
    return { what: `${what}, which somebody else wrote: look at it, and delete it there`, command: ":" };
  const [provider] = ofType(state, "pulumi:providers:github");
  const [parent] = ofType(state, "eks-dryrun-runner:index:DryRunWorkflow");
  if (!provider || !parent)
    return { what: `${what}, from a stack that is gone: delete it there`, command: ":" };
  const words = [
    ...["pulumi", "import", fileType, `${committedFilesName}-${path}`, id],
    ...["--parent", `parent=${parent.urn}`, "--provider", `provider=${provider.urn}`],
    ...["--protect=false", "--generate-code=false", "--skip-preview", "--yes", "--stack", homeEnvironment],
  ];
  return { what, command: words.map(shellQuoted).join(" ") };
}
