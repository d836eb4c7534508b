import { requiredCheckName } from "../../committed/gateJob";
import { releaseTagsRuleset } from "../../components/protection";
import { shellQuoted } from "../../stacks/problems";
import type { Subject } from "../doctor/subject";
import type { Leftover } from "./awsLeftovers";
import { ofType, type StackState } from "./stackState";

/** Of the required check, with and without a runner group, and of the tags of releases. */
const names = [
  ...[false, true].map((isCalled) => `eks-dryrun-runner: ${requiredCheckName(isCalled)}`),
  releaseTagsRuleset,
];

/** Rulesets of the program's names that no state has: GitHub refuses a second one of the name. */
export async function rulesetLeftovers(
  { settings, github }: Subject,
  state: StackState,
): Promise<Leftover[]> {
  const path = `repos/${settings.targetRepository.fullName}/rulesets`;
  const rulesets = await github.get<{ id: number; name: string }[]>(
    `/${path}?per_page=100`,
    "Metadata: read",
  );
  const known = new Set(
    ofType(state, "github:index/repositoryRuleset:RepositoryRuleset").map(({ id }) => id),
  );
  return (rulesets ?? [])
    .filter(({ id, name }) => names.includes(name) && !known.has(String(id)))
    .map(({ id, name }) => ({
      what: `ruleset "${name}" of the target repository`,
      command: ["gh", "api", "-X", "DELETE", `${path}/${String(id)}`].map(shellQuoted).join(" "),
    }));
}
