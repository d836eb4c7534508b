import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { githubPage } from "./githubPage";

/** The comments of all pull requests, as GitHub would show them, in one file. */
export class Page {
  private readonly parts: string[] = [];

  constructor(readonly path: string) {}

  /** Adds a pull request with its comment and writes the file. */
  async add(
    title: string,
    comment = "_No comment: the pull request touches nothing of Kubernetes._",
  ): Promise<void> {
    this.parts.push(`# ${title}\n\n${comment}`);
    await mkdir(dirname(this.path), { recursive: true });
    await writeFile(this.path, githubPage(this.parts.join("\n\n---\n\n"), "What reviewers see"));
  }
}
