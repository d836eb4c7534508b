import { parse } from "yaml";
import type { CommittedApply } from "../../committed/environment";
import { applyEnvironmentPath } from "../../committed/paths";
import { shellWord } from "../../committed/shellWord";
import { environments, hasRunner, homeEnvironment } from "../../stacks/environments";
import { committedApply } from "../../stacks/releasePlan";
import type { Facts } from "./facts";
import { targetFile } from "./target";

/**
 * What releases are applied by in each environment, as the committed files should have it: in the home environment by its
 * settings, in others where the workflow has them. Whether they are deployed is their own stacks' matter, and so is in which
 * account.
 */
export async function appliedEnvironments(facts: Facts): Promise<Map<string, CommittedApply>> {
  const [roles, home] = [await committedRoles(facts), await facts.subject.homeSettings()];
  const applied = environments
    .filter(hasRunner)
    .filter(({ name }) => (name === homeEnvironment ? home.apply === "enabled" : roles.has(name)));
  const found = applied.map(async (environment) => {
    const { name } = environment;
    const isOwn = name === facts.subject.environment.name;
    const account = (isOwn ? undefined : accountOf(roles.get(name))) ?? (await facts.accountId());
    return [name, committedApply(environment, account)] as const;
  });
  return new Map(await Promise.all(found));
}

/** The role that the committed workflow takes in each environment, by the environment's name. */
export async function committedRoles(facts: Facts): Promise<Map<string, string>> {
  const text = (await targetFile(facts, applyEnvironmentPath))?.text ?? "";
  const { jobs = {} } = (parse(text) ?? {}) as { jobs?: Record<string, { steps?: { run?: string }[] }> };
  const script = Object.values(jobs)
    .flatMap(({ steps = [] }) => steps)
    .map(({ run = "" }) => run)
    .join("\n");
  return new Map(
    environments.flatMap(({ name }) => {
      const [, below] = script.split(`${shellWord(name)})\n`);
      const role = /^\s*role='([^']*)'/.exec(below ?? "")?.[1];
      return role === undefined ? [] : [[name, role]];
    }),
  );
}

function accountOf(roleArn = ""): string | undefined {
  return /^arn:aws:iam::(\d{12}):/.exec(roleArn)?.[1];
}
