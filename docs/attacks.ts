import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Attack } from "../test/attacks/pullRequests/attack";
import { pullRequestAttacks } from "../test/attacks/pullRequests/table";
import { markdownTable } from "./markdownTable";

/** The page that lists the attacks. */
export const attacksFile = join(__dirname, "attacks.md");

/** Text of docs/attacks.md, made from the table of attacks. */
export async function attacksPage(): Promise<string> {
  const text = [
    "<!-- Written by `npm run docs`. -->",
    "# Attacks by pull request",
    "What `npm run attack:pr` plays, each through the whole way: the local GitHub, the committed workflow, the runner, the real " +
      "API server, the comment. It prints what it looked at for each. [docs/security.md](security.md) says who the attackers are, " +
      "and why two things are accepted. The requests to the API server are those of `npm run attack:guard`.",
    markdownTable(["Attack", "By", "Tries", "Verdict"], pullRequestAttacks().map(row)),
  ].join("\n\n");
  return format(text, { ...(await resolveConfig(attacksFile)), parser: "markdown" });
}

function row({ name, attacker, tries, verdict }: Attack): string[] {
  const said =
    verdict.is === "held"
      ? `Held: ${verdict.control}.`
      : `Accepted: [${verdict.reason.toLowerCase()}](security.md#${verdict.reason.toLowerCase().replaceAll(" ", "-")}).`;
  return [`\`${name}\``, attacker, tries, said];
}
