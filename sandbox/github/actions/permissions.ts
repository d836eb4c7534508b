import { evaluate, type Template } from "./expressions";

export type Access = "none" | "read" | "write";

/** What a job's token may do, by the names that `permissions:` has. */
export type Permissions = Record<string, Access>;

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions */
const names = [
  "actions",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "security-events",
  "statuses",
];

/**
 * What a repository grants where the workflow says nothing, by the setting that new ones have:
 * https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository#setting-the-permissions-of-the-github_token-for-your-repository
 */
const restricted: Permissions = { contents: "read", packages: "read" };

/**
 * Permissions of a job's token. What the job says replaces what the workflow says; what neither names is none.
 *
 * @param fork a change from a fork never gets to write, nor an identity token:
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflows-in-forked-repositories
 */
export function tokenPermissions(
  workflow: Template | undefined,
  job: Template | undefined,
  fork: boolean,
): Permissions {
  const granted = named(job ?? workflow);
  if (!fork) return granted;
  return Object.fromEntries(
    Object.entries(granted).map(([name, access]) => [
      name,
      access !== "write" ? access : name === "id-token" ? "none" : "read",
    ]),
  );
}

function named(template: Template | undefined): Permissions {
  if (template === undefined) return restricted;
  const value = evaluate(template, {});
  const all = value === "read-all" ? "read" : value === "write-all" ? "write" : undefined;
  if (all === undefined) return value as Permissions;
  return Object.fromEntries(names.map((name) => [name, all]));
}
