import { parse } from "yaml";
import { z } from "zod";

/** Commands of a phase, and those that run after them whatever became of them. */
export interface PhaseCommands {
  commands: string[];
  finally: string[];
}

export const commandPhases = ["install", "pre_build", "build", "post_build"] as const;
export type CommandPhase = (typeof commandPhases)[number];

/** What a build runs. */
export interface Buildspec {
  shell: "sh" | "bash";
  /** Whether git finds the source's credentials. */
  gitCredentialHelper: boolean;
  variables: Record<string, string>;
  phases: Record<CommandPhase, PhaseCommands>;
}

const commands = z.array(z.string());
const phase = z.strictObject({ commands: commands.optional(), finally: commands.optional() });
const yes = z.union([z.boolean(), z.enum(["yes", "no"])]);

/** What is not here nothing would play, and is refused: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html */
const schema = z.strictObject({
  version: z.union([z.literal(0.2), z.literal("0.2")]),
  env: z
    .strictObject({
      shell: z.enum(["sh", "bash"]).optional(),
      "git-credential-helper": yes.optional(),
      variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    })
    .optional(),
  phases: z.strictObject({
    // The image has several versions; here there is the sandbox's own Node.
    install: phase
      .extend({ "runtime-versions": z.strictObject({ nodejs: z.unknown() }).optional() })
      .optional(),
    pre_build: phase.optional(),
    build: phase.optional(),
    post_build: phase.optional(),
  }),
});

/** @throws Error that says what the sandbox does not play */
export function readBuildspec(text: string): Buildspec {
  const { env = {}, phases } = schema.parse(parse(text));
  const helper = env["git-credential-helper"];
  return {
    shell: env.shell ?? "sh",
    gitCredentialHelper: helper === true || helper === "yes",
    variables: Object.fromEntries(
      Object.entries(env.variables ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    phases: Object.fromEntries(
      commandPhases.map((name) => [
        name,
        { commands: phases[name]?.commands ?? [], finally: phases[name]?.finally ?? [] },
      ]),
    ) as Buildspec["phases"],
  };
}
