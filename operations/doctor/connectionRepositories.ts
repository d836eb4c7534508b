import { ok, warning, type Check, type Finding } from "./check";
import type { Facts } from "./facts";
import { CannotLook } from "./lookup";

/**
 * The app by which CodeConnections speaks with GitHub, installed once for an account:
 * https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-create-github.html
 */
const appSlug = "aws-connector-for-github";

/** An installation of an app, as far as it is looked at. */
interface Installation {
  app_slug: string;
  repository_selection: "all" | "selected";
  /** Its page in the settings. */
  html_url: string;
  permissions: Record<string, string>;
}

export const connectionRepositoriesChecks: Check[] = [
  {
    name: "connection-repositories",
    looksAt: () => "which repositories open to who holds the runner's role",
    examine: (facts) => {
      switch (facts.subject.settings.githubCredential.type) {
        case "connection":
          return connection(facts);
        case "secret":
          return Promise.resolve(secret(facts));
        case "default":
          return Promise.resolve(ok("none by GitHub's credential: the role has no right to it"));
      }
    },
  },
];

/**
 * No API of AWS says what a connection opens. GitHub tells an owner of the organisation whether an installation has all
 * repositories or some; which they are, it tells only the app itself, and an owner on a page:
 * https://docs.github.com/rest/orgs/orgs#list-app-installations-for-an-organization
 * https://docs.github.com/rest/apps/installations and https://github.com/orgs/community/discussions/199894
 */
async function connection(facts: Facts): Promise<Finding> {
  const { owner, fullName } = facts.subject.settings.targetRepository;
  const installations = await findInstallations(facts, owner);
  if (typeof installations === "string") return byHand(facts, `cannot be told: ${installations}`);
  const installation = installations.find(({ app_slug }) => app_slug === appSlug);
  if (!installation) return byHand(facts, `cannot be told: ${owner} shows no installation of ${appSlug}`);

  const { html_url: page, permissions } = installation;
  if (installation.repository_selection === "all") {
    return warning(
      `all of ${owner}: the app is installed on all repositories, and whoever can push a branch to ${fullName} may get ` +
        `its token (${rightsToWrite(permissions)})`,
      `${page} # Repository access: only select repositories, ${fullName} alone`,
    );
  }
  return warning(
    `selected ones, and GitHub tells nobody but the app which: look once that it is ${fullName} alone`,
    page,
  );
}

/** The installations of the owner's account, or why they cannot be seen. */
async function findInstallations(facts: Facts, owner: string): Promise<Installation[] | string> {
  const permission = "Administration: read of the organisation, as an owner of it";
  try {
    const path = `/orgs/${owner}/installations?per_page=100`;
    const found = await facts.subject.github.get<{ installations: Installation[] }>(path, permission);
    return found?.installations ?? `GitHub shows ${owner}'s installations only to a token with ${permission}`;
  } catch (error) {
    if (error instanceof CannotLook) return error.message;
    throw error;
  }
}

function byHand({ subject }: Facts, says: string): Finding {
  const { owner, fullName } = subject.settings.targetRepository;
  return warning(
    `${says}. Look by hand, at "AWS Connector for GitHub", that it has ${fullName} alone`,
    `https://github.com/organizations/${owner}/settings/installations # of a person: https://github.com/settings/installations`,
  );
}

function secret({ subject }: Facts): Finding {
  const { fullName } = subject.settings.targetRepository;
  return warning(
    "whatever the token in the secret opens, and only whoever made it can see that: look that it is a fine-grained one for " +
      `${fullName} alone, with an end`,
    "https://github.com/settings/personal-access-tokens",
  );
}

function rightsToWrite(permissions: Record<string, string>): string {
  const names = Object.keys(permissions).filter((name) => permissions[name] !== "read");
  return names.length === 0 ? "which may only read" : `which may write ${names.sort().join(", ")}`;
}
