import { generateKeyPairSync } from "node:crypto";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { copyDeploymentsProject } from "../../engine/deploymentsProject";
import { githubToken, personLogin, pulumiAccessToken } from "../../environment";
import { checkout, type SandboxFolder, type SandboxState } from "../../folder";
import { Repository } from "../../github/repository";
import { Store } from "../../github/store";
import { infrastructureRepository, pulumiOrganization, targetRepository } from "../../world";

/** Environment of git that has nothing of a person's own. */
const gitEnvironment = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Platform team",
  GIT_AUTHOR_EMAIL: "platform@example.org",
  GIT_COMMITTER_NAME: "Platform team",
  GIT_COMMITTER_EMAIL: "platform@example.org",
};

/**
 * Publishes this program as the infrastructure repository of the sandbox's company: the files that git knows, as they are in the
 * checkout.
 */
export async function publishProgram(folder: SandboxFolder): Promise<void> {
  const { owner, name, defaultBranch } = infrastructureRepository;
  const repository = new Repository(folder.github(), owner, name);
  await repository.init(defaultBranch);
  const copy = await mkdtemp(join(tmpdir(), "program-"));
  try {
    const { stdout } = await execa("git", ["ls-files", "-z", "--cached"], { cwd: checkout });
    for (const path of stdout.split("\0").filter(Boolean)) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      // What is deleted and not yet committed is not there.
      await cp(join(checkout, path), join(copy, path), { verbatimSymlinks: true }).catch(ignoreAbsent);
    }
    const git = (...args: string[]) => execa("git", args, { cwd: copy, env: gitEnvironment });
    await git("init", "--quiet", `--initial-branch=${defaultBranch}`);
    await git("add", "--all", "--force");
    await git("commit", "--quiet", "--message=Dry-run every pull request");
    await git("push", "--quiet", repository.path, defaultBranch);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function ignoreAbsent(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

/** Makes the deployments project's files for this sandbox, as `docs/deployments.md` says. @returns their folder */
export async function prepareDeployments(folder: SandboxFolder, state: SandboxState): Promise<string> {
  const { owner, name } = infrastructureRepository;
  const { id, owner: account } = (await (
    await fetch(`http://127.0.0.1:${String(state.ports.github)}/repos/${owner}/${name}`, {
      headers: { authorization: `Bearer ${githubToken}` },
    })
  ).json()) as { id: number; owner: { id: number } };
  const own = (key: string) => `eks-dryrun-runner-deployments:${key}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return copyDeploymentsProject(folder.root, {
    "pulumiservice:apiUrl": `http://127.0.0.1:${String(state.ports.pulumiCloud)}`,
    "pulumiservice:accessToken": pulumiAccessToken,
    [own("repositoryId")]: String(id),
    [own("repositoryOwnerId")]: String(account.id),
    [own("githubAppPrivateKey")]: String(privateKey.export({ type: "pkcs1", format: "pem" })),
    [own("noticeUrl")]: "https://hooks.example.com/services/sandbox",
  });
}

/** What a person sets up on the pages of GitHub for the previews: `docs/deployments.md`, "Previews of pull requests". */
export async function setUpGitHub(folder: SandboxFolder, previewRoleArn: string): Promise<void> {
  const readToken = "sandbox-read-token";
  const { owner, name } = infrastructureRepository;
  await new Store(folder.github()).change(({ tokens, repositories }) => {
    tokens[readToken] = {
      login: personLogin,
      scopes: ["repo"],
      role: "write",
      fineGrained: {
        repositories: [`${targetRepository.owner}/${targetRepository.name}`],
        permissions: { contents: "read" },
      },
    };
    repositories[`${owner}/${name}`] = {
      variables: { PREVIEW_ROLE_ARN: previewRoleArn, PULUMI_ORGANIZATION: pulumiOrganization },
      secrets: { TARGET_REPOSITORY_READ_TOKEN: readToken },
    };
  });
}

/** And on those of Pulumi Cloud: a team that may read the stacks, and whose tokens it gets. */
export async function setUpPulumiCloud(state: SandboxState, stacks: string[]): Promise<void> {
  const api = `http://127.0.0.1:${String(state.ports.pulumiCloud)}/api/orgs/${pulumiOrganization}`;
  const post = async (path: string, body: object) => {
    const headers = { authorization: `token ${pulumiAccessToken}`, "content-type": "application/json" };
    const answer = await fetch(api + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`Pulumi Cloud answers ${String(answer.status)} ${await answer.text()}`);
  };
  await post("/teams/previews", {
    permission: "read",
    stacks: stacks.map((stack) => `eks-dryrun-runner/${stack}`),
  });
  const { owner, name } = infrastructureRepository;
  await post("/oidc/issuers", {
    url: "https://token.actions.githubusercontent.com",
    policies: [
      {
        decision: "allow",
        tokenType: "team",
        teamName: "previews",
        // A new repository's subject has its numbers in it.
        rules: { aud: `urn:pulumi:org:${pulumiOrganization}`, sub: `repo:${owner}@*/${name}@*:pull_request` },
      },
    ],
  });
}
