import { environments, hasRunner } from "../../stacks/environments";
import type { Subject } from "../doctor/subject";
import type { Leftover } from "./awsLeftovers";
import { ofType, type StackState } from "./stackState";

/** An environment on GitHub, as far as it tells whose it is. https://docs.github.com/rest/deployments/environments */
interface GitHubEnvironment {
  can_admins_bypass?: boolean;
  protection_rules?: { type: string; prevent_self_review?: boolean }[];
}

/**
 * Environments of the registry's names that are protected as the program does it, and that no state has. People may keep
 * secrets in them, so no command deletes one; an update that applies releases takes it over as it is.
 */
export async function environmentLeftovers(
  { settings, github }: Subject,
  state: StackState,
): Promise<Leftover[]> {
  const { fullName, name: repository } = settings.targetRepository;
  const known = new Set(
    ofType(state, "github:index/repositoryEnvironment:RepositoryEnvironment").map(({ id }) => id),
  );
  const leftovers: Leftover[] = [];
  for (const { name } of environments.filter(hasRunner)) {
    if (known.has(`${repository}:${name}`)) continue;
    const path = `/repos/${fullName}/environments/${encodeURIComponent(name)}`;
    const found = await github.get<GitHubEnvironment>(path, "Actions: read");
    if (found && isAsTheProgramMakesIt(found))
      leftovers.push({
        what:
          `environment ${name} of the target repository: look at what people keep in it, and delete it at ` +
          `https://github.com/${fullName}/settings/environments, unless releases are to be applied to it`,
        command: ":",
      });
  }
  return leftovers;
}

function isAsTheProgramMakesIt({ can_admins_bypass, protection_rules = [] }: GitHubEnvironment): boolean {
  return (
    can_admins_bypass === false &&
    protection_rules.some((rule) => rule.type === "required_reviewers" && rule.prevent_self_review === true)
  );
}
