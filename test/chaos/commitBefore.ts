import type { Case } from "./play";

/**
 * Whether the state may name, of the file whose update got no answer, the commit before. The provider's read asks for the commit
 * that it knows ("Using known commit SHA", integrations/terraform-provider-github:github/resource_github_repository_file.go), so
 * neither `pulumi refresh` nor another `up` learns of the one that nobody told it. The file's next change does.
 */
export function mayNameCommitBefore({ operation, fault }: Case): boolean {
  return operation === "github PUT contents (update)" && fault.name === "lost answer";
}

const commit = /"(commitSha|workflowCommit)":"\(commit (\d+) "main: /g;

/** Lines of the state with the right commit in place of the very one before it, of the same file; nothing else is forgiven. */
export function withCommitNamed(expected: string[], actual: string[]): string[] {
  return actual.map((line) => {
    const next = line.replace(
      commit,
      (_found, key: string, number: string) => `"${key}":"(commit ${String(Number(number) + 1)} "main: `,
    );
    return line.startsWith("resources ") && !expected.includes(line) && expected.includes(next) ? next : line;
  });
}
