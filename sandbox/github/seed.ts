import { readdirSync } from "node:fs";
import { join } from "node:path";
import { githubApp, reviewer } from "../environment";
import { targetRepository } from "../world";
import { Repository } from "./repository";
import { administratorRole, type Ruleset } from "./rulesets/ruleset";
import { Store } from "./store";

/** The manifests of a data platform with one cluster per country. */
const manifests = join(__dirname, "targetRepository");

const platformTeam = { name: "Platform team", email: "platform@example.org" };

/** The repository's past, oldest first: each commit adds what lies below its folders. */
const history = [
  {
    date: "2025-02-03T01:10:00Z",
    message: "Describe the data platform in kustomize",
    adds: ["README.md", "k8s/base"],
  },
  { date: "2025-02-03T02:30:00Z", message: "Add staging", adds: ["k8s/staging"] },
  { date: "2025-02-17T04:05:00Z", message: "Add the cluster in Japan", adds: ["k8s/ja-production"] },
  {
    date: "2025-06-09T06:20:00Z",
    message: "Ask the owning team for each change",
    adds: [".github/CODEOWNERS"],
  },
  { date: "2025-09-01T03:45:00Z", message: "Add the cluster in Korea", adds: ["k8s/kr-production"] },
  { date: "2026-03-16T07:50:00Z", message: "Add the cluster in India", adds: ["k8s/in-production"] },
  {
    date: "2026-04-06T02:15:00Z",
    message: "Render every overlay each night",
    adds: [".github/workflows"],
  },
];

/** Which repository to make, and where. */
export interface SeedOptions {
  /** Of the GitHub service; the repository becomes `<directory>/<owner>/<name>.git`. */
  directory: string;
  owner: string;
  name: string;
  defaultBranch: string;
}

/**
 * Makes the bare repository with the manifests and their history, the same commits each time. One that is already
 * there stays as it is.
 *
 * @returns the path that `git clone` takes
 */
export async function seedTargetRepository({
  directory,
  owner,
  name,
  defaultBranch,
}: SeedOptions): Promise<string> {
  const repository = new Repository(directory, owner, name);
  const ref = `refs/heads/${defaultBranch}`;
  if (repository.exists() && (await repository.object(ref)) !== undefined) return repository.path;
  await repository.init(defaultBranch);

  const paths = filesBelow(manifests);
  const blobs = await repository.writeFiles(paths.map((path) => join(manifests, path)));
  const files = paths.map((path, index) => ({ path, blob: blobs[index] ?? "" }));
  let parents: string[] = [];
  const added: string[] = [];
  for (const { date, message, adds } of history) {
    added.push(...adds);
    const tree = await repository.writeTree(
      files.filter(({ path }) => added.some((start) => isAt(path, start))),
    );
    const person = { ...platformTeam, date };
    parents = [await repository.commitTree(tree, parents, { message, author: person, committer: person })];
  }
  await repository.moveRef(ref, undefined, parents[0] ?? "");
  return repository.path;
}

/**
 * The rules that most default branches are under: changes come by pull requests. The app that writes there is let by, and
 * administrators are, as one can choose for them.
 */
const protection: Ruleset = {
  id: 1000,
  name: "Default branch",
  target: "branch",
  enforcement: "active",
  bypass_actors: [
    { actor_id: githubApp.id, actor_type: "Integration", bypass_mode: "always" },
    { actor_id: administratorRole, actor_type: "RepositoryRole", bypass_mode: "always" },
  ],
  conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
  rules: [
    { type: "deletion" },
    { type: "non_fast_forward" },
    {
      type: "pull_request",
      parameters: {
        dismiss_stale_reviews_on_push: false,
        require_code_owner_review: false,
        require_last_push_approval: false,
        required_approving_review_count: 0,
        required_review_thread_resolution: false,
      },
    },
  ],
  created_at: "2025-06-09T06:25:00Z",
  updated_at: "2025-06-09T06:25:00Z",
};

/** Puts the target repository's default branch under its rules. */
export async function protectDefaultBranch(directory: string): Promise<void> {
  const { owner, name } = targetRepository;
  await new Store(directory).change(({ rulesets }) => {
    rulesets[`${owner}/${name}`] = [protection];
  });
}

/** Lets the local GitHub know somebody who may approve deployments. */
export async function addReviewer(directory: string): Promise<void> {
  await new Store(directory).change(({ tokens }) => {
    tokens[reviewer.token] ??= { login: reviewer.login, scopes: ["repo"], role: "write" };
  });
}

function isAt(path: string, start: string): boolean {
  return path === start || path.startsWith(`${start}/`);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
