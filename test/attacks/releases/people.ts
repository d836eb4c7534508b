import { githubToken, reviewer } from "../../../sandbox/environment";
import type { SandboxFolder } from "../../../sandbox/folder";
import { Store } from "../../../sandbox/github/store";

/** Tokens of the people around a release. */
export const people = {
  /** Administers the repository, and is no reviewer. */
  administrator: githubToken,
  /** May approve, and push branches. */
  reviewer: reviewer.token,
  /** May push branches. */
  writer: "sandbox-writer-token",
};

/** Lets the local GitHub know somebody who may push branches, and nothing more. */
export async function admitWriter(folder: SandboxFolder): Promise<void> {
  await new Store(folder.github()).change(({ tokens }) => {
    tokens[people.writer] ??= { login: "example-org-writer", scopes: ["repo", "workflow"], role: "write" };
  });
}
