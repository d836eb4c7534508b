/** One thing that is wrong with the configuration of a stack. */
export interface Problem {
  /** Full key, with the path inside it: `eks-dryrun-runner:runnerSubnets[1].cidrBlock`. */
  key: string;
  /** What is wrong, to be read behind the key: `is "abc"`, `is missing`. */
  wrong: string;
  /** What is expected. */
  expected: string;
  /** The command that mends it. */
  command: string;
}

/** The message that names all problems of a stack at once. */
export function problemsMessage(stack: string, problems: Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${String(problems.length)} problems`;
  const paragraphs = problems.map(({ key, wrong, expected, command }) =>
    [`  ${key} ${wrong}`, `    expected: ${expected}`, `    mend it:  ${command}`].join("\n"),
  );
  return [
    `The settings of stack ${stack} have ${count}. Nothing was looked up or changed.`,
    ...paragraphs,
  ].join("\n\n");
}

/** The settings of a stack have problems; the message names all of them. */
export class SettingsError extends Error {
  constructor(
    stack: string,
    public readonly problems: Problem[],
  ) {
    super(problemsMessage(stack, problems));
    this.name = "SettingsError";
  }
}

/** `pulumi config set`, quoted for a shell; with `--path` where the key leads into an array or object. */
export function configSetCommand(stack: string, key: string, value: string): string {
  const path = /[[.]/.test(key.slice(key.indexOf(":"))) ? "--path " : "";
  return `pulumi config set ${path}${shellQuoted(key)} ${shellQuoted(value)} --stack ${stack}`;
}

/** `config rm` reaches the stack's own file only, and says nothing where there was nothing to remove. */
export function removeCommand(stack: string, fullKey: string): string {
  return `pulumi config rm ${fullKey} --stack ${stack}, or delete it in Pulumi.yaml if it stands there`;
}

/** A word as a POSIX shell takes it. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

// GitHub's and AWS's own token prefixes. A token that was put into the wrong key must not be spread by the error.
const tokenPattern = /\b(?:gh[a-z]_|github_pat_|AKIA|ASIA)\w+/;

/**
 * A value of the configuration as an error message may show it: short, on one line, never a token. A long one is not cut:
 * of a secret that is cut, the rest would not be known for one.
 */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  if (tokenPattern.test(text)) return "(not shown: it looks like a token)";
  return text.length > 120 ? `a value of ${String(text.length)} characters` : text;
}
