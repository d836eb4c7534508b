import { execa } from "execa";
import { personLogin } from "../environment";
import type { SandboxFolder } from "../folder";
import { Repository } from "../github/repository";
import { id } from "../github/resources";
import { Store } from "../github/store";
import { targetRepository } from "../world";
import type { Author } from "./pullRequests";
import type { Change } from "./changes";

/** Somebody with an account from GitHub's early days: its number is short. */
const shortId = 4821;

/** GitHub's numbers of the people whom the sandbox's company trusts. */
export const trustedIds = [id(personLogin), shortId];

/**
 * Somebody without any right, who chose an account whose number contains a trusted one:
 * https://aws.amazon.com/security/security-bulletins/AWS-2025-016/
 */
export const stranger: Author = { owner: loginWithIdLike(shortId), token: "stranger-token" };

/** Gives the stranger an account and a fork of the target repository, as everybody can have them who can read it. */
export async function admitStranger(folder: SandboxFolder): Promise<void> {
  const { owner: login, token } = stranger;
  await new Store(folder.github()).change(({ tokens }) => {
    tokens[token] ??= { login, scopes: ["repo", "workflow"], role: "write" };
  });
  const fork = new Repository(folder.github(), login, targetRepository.name);
  await execa("git", ["clone", "--quiet", "--bare", folder.targetRepository(), fork.path]);
}

/**
 * A change as a stranger makes it: a fork brings its own copy of the workflow, so without the step that turns forks away.
 * What may use the runners is decided by the webhooks of CodeBuild.
 */
export function fromStranger(change: Change): Change {
  return {
    ...change,
    branch: `${change.branch}-of-a-stranger`,
    edits: [
      ...change.edits,
      {
        path: ".github/workflows/k8s-dryrun.yml",
        from: "github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository",
        to: "false",
      },
    ],
  };
}

/** The first login of a row whose number contains another, and is not it. */
function loginWithIdLike(trusted: number): string {
  for (let count = 1; ; count += 1) {
    const login = `stranger-${String(count)}`;
    const number = String(id(login));
    if (number !== String(trusted) && number.includes(String(trusted))) return login;
  }
}
