import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { policies } from "../policy/policies";
import { resourceWildcards } from "../policy/rules/resourceWildcards";
import { markdownTable } from "./markdownTable";

/** The page of the policy rules. */
export const policyFile = join(__dirname, "policy.md");

/** The text of docs/policy.md. */
export async function policyPage(): Promise<string> {
  const sections = [
    "<!-- Written by `npm run docs` from policy/. Do not edit. -->",
    "# Policy rules",
    "`policy/` is a Pulumi policy pack. It looks at what the program is about to make, and stops a preview or an update " +
      "that breaks a rule. It needs no Pulumi Cloud.",
    "```sh\npulumi preview --policy-pack policy\npulumi up --policy-pack policy\n```",
    "It judges the program. The roles of `deployments/` are held by a table of their own (`deployments/permissions/`).",
    "Give it to both. In the preview of a stack that is not there yet, AWS's ids are not known, and so the text of the " +
      "role's policy is not: Pulumi then says `can't run policy ... during preview` and goes on. `pulumi up` judges that " +
      "text before it makes the policy.",
    "[Previews of pull requests](deployments.md#previews-of-pull-requests) run it. Where something else types the command, the " +
      "variable `PULUMI_OPTION_POLICY_PACK` does the same as the flag.",
    "`npm run policy` shows what each rule refuses and accepts, by changes to what the program registers " +
      "(`test/policy/examples.ts`). `test/sandbox/policy.test.ts` runs the pack with the real engine.",
    "## Rules",
    markdownTable(
      ["Rule", "What holds"],
      policies.map(({ name, description }) => [`\`${name}\``, description]),
    ),
    "## Exemptions",
    "A resource that is harmless without a rule gets a line in `policy/exemptions.ts`, which is reviewed like any code:",
    '```ts\n{ rule: "no-public-subnets", resource: "trial-public-a", reason: "The trial\'s NAT gateway stands in it." }\n```',
    "`resource` is Pulumi's name, the end of its URN. Without a reason nothing runs. Each run says which exemptions it used, " +
      "with their reasons, and which are not needed any more.",
    "## Where a policy may say `*`",
    "`no-wildcard-resources` accepts these, because AWS has no narrower way:",
    markdownTable(
      ["Actions", "Resource", "Condition", "Why"],
      resourceWildcards.map(({ actions, resource, narrowedBy, why, source }) => [
        actions.map((action) => `\`${action}\``).join("<br>"),
        `\`${resource.source}\``,
        narrowedBy === undefined ? "" : `\`${narrowedBy}\``,
        `${why} [Source](${source})`,
      ]),
    ),
  ];
  const options = { ...(await resolveConfig(policyFile)), printWidth: 120, proseWrap: "always" as const };
  return format(sections.join("\n\n"), { ...options, parser: "markdown" });
}
