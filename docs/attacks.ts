import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Attack } from "../test/attacks/pullRequests/attack";
import { pullRequestAttacks } from "../test/attacks/pullRequests/table";
import { releaseAttacks } from "../test/attacks/releases/table";
import { markdownTable } from "./markdownTable";

/** The page that lists the attacks. */
export const attacksFile = join(__dirname, "attacks.md");

/** Text of docs/attacks.md, made from the tables of attacks. */
export async function attacksPage(): Promise<string> {
  const text = [
    "<!-- Written by `npm run docs`. -->",
    "# Attacks",
    "[docs/security.md](security.md) says who the attackers are, and why some attacks are accepted. The commands print what they " +
      "looked at for each.",
    "## By pull request",
    "What `npm run attack:pr` plays, each through the whole way: the local GitHub, the committed workflow, the runner, the real " +
      "API server, the comment. The requests to the API server are those of `npm run attack:guard`.",
    tableOf(pullRequestAttacks()),
    "## On releases",
    "What `npm run attack:apply` plays where releases are applied: tokens of the local GitHub's jobs, taken to the local AWS's " +
      "`AssumeRoleWithWebIdentity`; `StartBuild` and other calls with the credentials of a release that was really approved and " +
      "applied; the real API server.",
    tableOf(releaseAttacks),
  ].join("\n\n");
  return format(text, { ...(await resolveConfig(attacksFile)), parser: "markdown" });
}

function tableOf(attacks: Attack<never>[]): string {
  return markdownTable(["Attack", "By", "Tries", "Verdict"], attacks.map(row));
}

function row({ name, attacker, tries, verdict }: Attack<never>): string[] {
  const said =
    verdict.is === "held"
      ? `Held: ${verdict.control}.`
      : `Accepted: [${verdict.reason.toLowerCase()}](security.md#${verdict.reason.toLowerCase().replaceAll(" ", "-")}).`;
  return [`\`${name}\``, attacker, tries, said];
}
