import { Command, CommanderError } from "commander";
import { CouldNotCheck } from "./couldNotCheck";
import type { OptionRow } from "./optionTable";

/** A program with the options that it takes. */
export interface CommandLine {
  name: string;
  description: string;
  /** What `--help` says after the options. */
  help: string;
  options: OptionRow[];
}

/** The values of a command line, and what is wrong with them. */
export interface GivenOptions {
  /** Grows while the values are read. */
  problems: string[];
  text: (name: string) => string | undefined;
  /** Counts as a problem if there is none. */
  required: (name: string) => string;
  list: (name: string) => string[];
  isOn: (name: string) => boolean;
  /** A number of seconds, at least one. */
  seconds: (name: string) => number;
}

/**
 * Reads a command line.
 * @returns undefined if it asked for help, which was printed.
 * @throws CouldNotCheck if it has an option that is none.
 */
export function readCommandLine(line: CommandLine, args: string[]): GivenOptions | undefined {
  const command = commandOf(line);
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new CouldNotCheck(`${error.message.replace(/^error: /, "")}. See --help.`);
  }
  return given((name) => command.getOptionValue(camelCase(name)));
}

/** @throws CouldNotCheck with everything that is wrong. */
export function refuseProblems({ problems }: GivenOptions): void {
  if (problems.length > 0) throw new CouldNotCheck(`${problems.join("; ").replace(/\.$/, "")}. See --help.`);
}

function given(valueOf: (name: string) => unknown): GivenOptions {
  const problems: string[] = [];
  const text = (name: string) => (valueOf(name) as string | undefined)?.trim() || undefined;
  return {
    problems,
    text,
    required: (name) => {
      const value = text(name);
      if (!value) problems.push(`${name} is missing`);
      return value ?? "";
    },
    list: (name) => valueOf(name) as string[],
    isOn: (name) => valueOf(name) === true,
    seconds: (name) => {
      const value = Number(text(name));
      if (!Number.isInteger(value) || value < 1) problems.push(`${name} must be a number of seconds`);
      return value;
    },
  };
}

function commandOf({ name, description, help, options }: CommandLine): Command {
  const command = new Command(name)
    .description(description)
    .addHelpText("after", `\n${help}`)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const { name, value, isList, description, default: preset } of options) {
    const flags = value ? `--${name} <${value}>` : `--${name}`;
    if (isList) command.option(flags, `${description} (can be repeated)`, collect, []);
    else command.option(flags, description, preset);
  }
  return command;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
