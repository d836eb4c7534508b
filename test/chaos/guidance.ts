import { adviceFor, commandsAfter } from "../../stacks/advice";
import type { Outcome } from "../../sandbox/testing";

/** What a failed command tells a person. */
export interface Guidance {
  /** What it names: resources as `type (name)`, and what could not be looked up. */
  names: string[];
  /** What to run next, from the message itself or from the table in docs/operations.md. */
  commands: string[];
  /** Where the commands stand. */
  from: "message" | "docs" | "Pulumi";
}

/** `  aws:ec2:Subnet (kr-production-runner-a):` in Pulumi's list of what went wrong; the stack itself names nothing. */
const resourceLine = /^ {2}((?!pulumi:pulumi:Stack)[\w:-]+\/?[\w:-]* \([^)]+\)):$/gm;
const lookupLine = /^ *(?:error: )?(?:.*Error: )?(.+ could not be (?:looked up|read)): /gm;
const commandLine = /^ {4,}((?:npm run leftovers|pulumi (?:up|destroy|refresh)) .*)$/gm;
const locked = /the stack is currently locked/;
const pending = /pending operations from previous deployment/;

/** Reads what a failed command says. */
export function readGuidance({ all }: Outcome, stack: string, command: "up" | "destroy"): Guidance {
  const names = [...all.matchAll(resourceLine), ...all.matchAll(lookupLine)].map(([, name = ""]) => name);
  if (locked.test(all) || pending.test(all))
    return { names: [stack, ...names], commands: afterKill(stack, command), from: "Pulumi" };
  const told = [...new Set([...all.matchAll(commandLine)].map(([, line = ""]) => line))];
  if (told.length > 0) return { names, commands: inOrder(told), from: "message" };
  if (all.includes("run the same command again"))
    return { names, commands: [`pulumi ${command} --stack ${stack}`], from: "message" };
  return { names, commands: commandsAfter(adviceFor(all), stack, command), from: "docs" };
}

/** What the README says of an update that was killed. */
export function afterKill(stack: string, command: "up" | "destroy"): string[] {
  return [
    `pulumi cancel --stack ${stack}`,
    `pulumi refresh --clear-pending-creates --stack ${stack}`,
    `npm run leftovers -- --stack ${stack}`,
    `pulumi ${command} --refresh --stack ${stack}`,
  ];
}

/** Several resources may have failed, each with its advice: leftovers first. */
function inOrder(commands: string[]): string[] {
  return [...commands].sort((a, b) => Number(b.startsWith("npm")) - Number(a.startsWith("npm")));
}
