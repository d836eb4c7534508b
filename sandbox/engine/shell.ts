/** The text as one word of a POSIX shell's command line, whatever it contains. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A shell script that becomes the given command, with the script's own arguments after the command's. */
export function commandScript(command: string, ...args: string[]): string {
  return `#!/bin/sh\nexec ${[command, ...args].map(quoted).join(" ")} "$@"\n`;
}
