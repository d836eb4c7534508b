import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { isMap, parseDocument, type Document } from "yaml";
import { stackNames } from "../../../sandbox/engine/project";
import { checkout } from "../../../sandbox/folder";
import type { Outcome, Sandbox } from "../../../sandbox/testing";
import { ensureKubectl } from "../../../sandbox/toolchain/kubectl";
import { filledIn, type Block } from "./blocks";

const parts = [
  ...["index.ts", "stacks", "components", "committed", "dryrun", "operations"],
  ...["Pulumi.yaml", "package.json", "tsconfig.json", "tsconfig.program.json"],
];

/**
 * A clone of this repository, with the stacks of a sandbox, in which a person edits files and runs commands. The commands
 * ask nothing back: what a person answers with yes is answered, and the preview before it is left out.
 */
export class InfrastructureRepository {
  private constructor(
    private readonly sandbox: Sandbox,
    readonly folder: string,
    private readonly path: string,
  ) {}

  static async clone(sandbox: Sandbox): Promise<InfrastructureRepository> {
    const folder = await mkdtemp(join(tmpdir(), "infrastructure-"));
    for (const part of parts) await cp(join(checkout, part), join(folder, part), { recursive: true });
    await symlink(join(checkout, "node_modules"), join(folder, "node_modules"));
    // The sandbox's have the salt that its stacks were initialised with.
    const stackFiles = sandbox.folder.project().folder;
    for (const stack of await stackNames(stackFiles))
      await cp(join(stackFiles, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
    const gh = join(__dirname, "gh");
    const path = [gh, dirname(await ensureKubectl(35)), sandbox.environment.PATH].join(delimiter);
    return new InfrastructureRepository(sandbox, folder, path);
  }

  /** Does what a block says: edits the file that its first line names, or runs the commands. */
  async follow(block: Block, values: Record<string, string> = {}): Promise<Outcome> {
    const text = filledIn(block.text, values);
    if (block.language === "sh") return this.run(text);
    await this.edit(text);
    return { exitCode: 0, stdout: "", stderr: "", all: "" };
  }

  /** Runs commands in a shell, up to the first that fails. */
  run(commands: string): Promise<Outcome> {
    const env = {
      PATH: this.path,
      PULUMI_OPTION_YES: "true",
      PULUMI_OPTION_SKIP_PREVIEW: "true",
      PULUMI_OPTION_NON_INTERACTIVE: "true",
    };
    return this.sandbox.run("bash", ["-euo", "pipefail", "-c", commands], { cwd: this.folder, env });
  }

  /**
   * Changes a file as a block shows it. Its first line is a comment that names the file and, for the registry, the entry;
   * the others are lines as they are to be, or YAML to be merged into the file.
   */
  async edit(text: string): Promise<void> {
    const [comment = "", ...lines] = text.trimEnd().split("\n");
    const [, file = "", entry] = /^(?:\/\/|#) (\S+?)(?:, (\S+))?$/.exec(comment) ?? [];
    if (!file) throw new Error(`"${comment}" names no file`);
    const path = join(this.folder, file);
    const before = await readFile(path, "utf8");
    await writeFile(
      path,
      file.endsWith(".yaml") ? withYaml(before, lines.join("\n")) : withLines(before, lines, entry),
    );
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Each line takes the place of the one that begins alike: the first, or the first behind the name of an entry. */
function withLines(text: string, lines: string[], entry: string | undefined): string {
  return lines.reduce((changed, line) => {
    const [beginning] = /^[^:=]+[:=]/.exec(line.trim()) ?? [];
    const all = changed.split("\n");
    const start = entry === undefined ? 0 : all.findIndex((one) => one.includes(`name: "${entry}"`));
    const at = all.findIndex((one, index) => index >= start && one.trim().startsWith(beginning ?? line));
    if (start < 0 || at < 0) throw new Error(`there is no line like "${line}" to change`);
    const [indentation = ""] = /^ */.exec(all[at] ?? "") ?? [];
    return all.with(at, indentation + line.trim()).join("\n");
  }, text);
}

function withYaml(text: string, change: string): string {
  const document = parseDocument(text);
  merge(document, [], parseDocument(change).toJS() as unknown);
  return document.toString();
}

function merge(document: Document, path: string[], value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    document.setIn(path, value);
    return;
  }
  if (path.length > 0 && !isMap(document.getIn(path))) document.setIn(path, {});
  for (const [key, inner] of Object.entries(value)) merge(document, [...path, key], inner);
}
