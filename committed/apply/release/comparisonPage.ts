import { inlineCode, oneLine } from "../../../dryrun/report/inertText";
import { objectDetails, objectLine, stateSigns } from "../../../dryrun/report/objectText";
import { page, type Section } from "../../../dryrun/report/section";
import type { State } from "../../../dryrun/report/types";
import type { ComparedObject, Match } from "./comparison";
import type { ShownByPullRequest } from "./readReviewed";

/** What came of a release's own dry run of an environment. */
export interface ComparedEnvironment {
  name: string;
  /** Absent where it was not dry-run. */
  state?: State;
  /** Objects that the report had no room for, and that are not compared. @default 0 */
  leftOut?: number;
  /** Why there is nothing to compare. */
  problem?: string;
  /** The job of its dry run failed, so the release is applied nowhere. */
  isFailed?: boolean;
  objects: ComparedObject[];
}

/** A release compared with what was reviewed. */
export interface Comparison {
  commit: string;
  /** What whoever started it wants to be deleted, by its names; empty if nothing. */
  deletions: string;
  /** Tag of the release before; empty if there is none. */
  baseTag: string;
  pullRequests: ShownByPullRequest[];
  /** There are more pull requests than were looked at. */
  isCut: boolean;
  environments: ComparedEnvironment[];
  /** Page of the repository. */
  repositoryUrl: string;
}

/** Characters of what is to be deleted that are shown. */
const longestDeletions = 5_000;

/** Those of which a reviewer need not be warned come first. */
const matches: Match[] = ["as reviewed", "same as before", "differs", "not reviewed", "too long to compare"];
const isFine = (match: Match) => matches.indexOf(match) < 2;

/** The comparison for the summary of the run, what was not reviewed first. */
export function comparisonPage(comparison: Comparison, maxBytes: number): string {
  const { environments, repositoryUrl } = comparison;
  const objects = environments.flatMap((environment) => environment.objects);
  const of = (match: Match) => objects.filter((one) => one.match === match);
  const differing = of("differs");
  const unreviewed = of("not reviewed");
  const sections: Section[] = [
    list(
      "Differs from what was reviewed",
      differing.map((one) => line(one, repositoryUrl)),
    ),
    list(
      "In no pull request",
      unreviewed.map((one) => line(one, repositoryUrl)),
    ),
    list(
      "Too long to compare",
      of("too long to compare").map((one) => line(one, repositoryUrl)),
    ),
    blocks(
      "What the release does there",
      [...differing, ...unreviewed].flatMap(({ object, environment }) =>
        objectDetails(object, [environment]),
      ),
    ),
    list("Pull requests of which nobody knows what they showed", unknown(comparison)),
    {
      ...list(
        "As reviewed",
        of("as reviewed").map((one) => line(one, repositoryUrl)),
      ),
      isFolded: true,
    },
    {
      ...list(
        "Not checked, and the same as in the release before",
        of("same as before").map((one) => line(one, repositoryUrl)),
      ),
      isFolded: true,
    },
  ];
  return page(head(comparison), sections, maxBytes);
}

/** One line for each environment that a reviewer must look at before approving. */
export function comparisonWarnings({ environments, deletions }: Comparison): string[] {
  const deleting = deletions && `It deletes ${oneLine(deletions, longestDeletions)}.`;
  const warnings = environments.flatMap((environment) => {
    const { name, state, problem, isFailed } = environment;
    if (problem) return [`${name}: ${problem}`];
    if (isFailed)
      return [`${name}: the dry run of the release failed (${String(state)}): it is applied nowhere.`];
    const counts = matches
      .filter((match) => !isFine(match))
      .map((match) => [match, countOf(match, environment)] as const)
      .filter(([, count]) => count > 0)
      .map(([match, count]) => `${String(count)} ${match}`);
    return counts.length === 0
      ? []
      : [`${name}: not all is as it was reviewed (${counts.join(", ")}). See the summary of this run.`];
  });
  return deleting ? [deleting, ...warnings] : warnings;
}

function head(comparison: Comparison): string {
  const { commit, deletions, baseTag, pullRequests, isCut, environments } = comparison;
  const failed = environments.filter(({ isFailed }) => isFailed).map(({ name }) => inlineCode(name));
  const isAsReviewed = environments.every(
    ({ problem, leftOut = 0, objects }) =>
      problem === undefined && leftOut === 0 && objects.every(({ match }) => isFine(match)),
  );
  const since = baseTag ? `since ${inlineCode(baseTag)}` : "without a release before it";
  const numbers = pullRequests.map(({ number }) => `#${String(number)}`).join(", ") || "none";
  return [
    failed.length > 0
      ? `## 🚫 The release is applied nowhere: its dry run failed in ${failed.join(", ")}`
      : isAsReviewed && !deletions
        ? "## ✅ The release does what was reviewed"
        : "## ⚠️ The release does not only what was reviewed",
    ...(failed.length > 0
      ? ["What is wrong stands in the summary of the dry run's own job. Mend it, and run all jobs again."]
      : []),
    `Commit ${inlineCode(commit.slice(0, 7))}, ${since}. Pull requests: ${numbers}${isCut ? " and older ones, which were not looked at" : ""}.`,
    ...(deletions
      ? [
          `**It deletes, if the cluster has it:** ${inlineCode(deletions, longestDeletions)}. No pull request showed that.`,
        ]
      : []),
    table(environments),
    "What was reviewed is what the comments of the pull requests show. Who may change comments could change that too: " +
      "this page helps to look, and does not hold anybody back.",
  ].join("\n\n");
}

function table(environments: ComparedEnvironment[]): string {
  const columns = ["Environment", "Dry run of the release", ...matches];
  const rows = environments.map((environment) => [
    inlineCode(environment.name),
    stateText(environment),
    ...matches.map((match) => (environment.problem ? "" : String(countOf(match, environment)))),
  ]);
  const cell = (text: string) => text.replaceAll("|", "\\|");
  return [columns, columns.map(() => "---"), ...rows.map((row) => row.map(cell))]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function stateText({ state, problem }: ComparedEnvironment): string {
  return [state && `${stateSigns[state]} ${state}`, problem && oneLine(problem, 300)]
    .filter(Boolean)
    .join(": ");
}

function countOf(match: Match, { objects, leftOut = 0 }: ComparedEnvironment): number {
  const count = objects.filter((one) => one.match === match).length;
  return match === "too long to compare" ? count + leftOut : count;
}

function line({ object, environment, pullRequest, match }: ComparedObject, repositoryUrl: string): string {
  const compared =
    pullRequest === undefined
      ? ""
      : ` ${match === "as reviewed" ? "by" : "from"} [#${String(pullRequest)}](${repositoryUrl}/pull/${String(pullRequest)})`;
  const drift =
    object.touched || ["unchanged", "not-checked"].includes(object.verdict)
      ? ""
      : " The release does not change it: the cluster differs from the release before.";
  return `${objectLine(object, [environment])}${compared}${drift}`;
}

function unknown({ pullRequests, repositoryUrl }: Comparison): string[] {
  return pullRequests.flatMap((one) => {
    const link = `- [#${String(one.number)}](${repositoryUrl}/pull/${String(one.number)})`;
    if ("problem" in one) return [`${link}: ${one.problem}`];
    return one.reviewed.isCut ? [`${link}: its comment had no room for all of its objects`] : [];
  });
}

function list(title: string, items: string[]): Section {
  return { title, items, separator: "\n", isFolded: false };
}

function blocks(title: string, items: string[]): Section {
  return { title, items, separator: "\n\n", isFolded: false };
}
