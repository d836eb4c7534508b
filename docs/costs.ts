import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { breakEvens, breakEvenWords } from "../operations/cost/breakEven";
import { priceGaps, type Estimate } from "../operations/cost/estimate";
import type { Line } from "../operations/cost/lines";
import { priceItems, type Price } from "../operations/cost/priceList";
import { assumptions } from "../operations/cost/setups";
import { estimateHead, estimateRows, inputRows, leftOut, plain, total, usd } from "../operations/cost/text";
import { costExample, exampleCommand, type Example } from "./costsExample";
import type { Say } from "./japanese";
import { markdownTable } from "./markdownTable";

/** The page of the costs, and its picture. */
export const costsFile = join(__dirname, "costs.md");
export const costsPictureFile = join(__dirname, "costs.svg");

/** What the README of a language says of the costs, a paragraph a line. */
export function costsSummary(say: Say): string {
  const { all, inputs, list } = costExample();
  const clusters = String(inputs.environments.length);
  const cell = (text: string) => (/^[\d.,-]+$/.test(text) ? text : say(text));
  return [
    say(
      `USD a month for ${clusters} clusters, ${plain(inputs.prs)} pull requests with ${plain(inputs.pushes)} pushes each, ` +
        `${plain(inputs.minutes)} minutes a job, and a checkout of ${plain(inputs.checkoutGb)} GB, of which this workflow ` +
        `is assumed to fetch ${plain(inputs.runnerCheckoutGb)} GB:`,
    ),
    say("![Bars of what each set-up costs a month: the numbers of the table below.](docs/costs.svg)"),
    markdownTable(
      estimateHead.map(say),
      estimateRows(all).map((row) => row.map(cell)),
    ),
    say("When another one is cheaper than this program:"),
    bullets(breakEvens(inputs, list).map((one) => say(`${one.setup.name}: ${breakEvenWords(one)}.`))),
    say(
      "`npm run cost -- --prs 120 --repo <clone>` reckons with your numbers. [docs/costs.md](docs/costs.md) has every line, " +
        "every price with its source, and what is assumed. Where a region's price is not known, one of the USA stands in.",
    ),
  ].join("\n\n");
}

/** A page as it is committed: wrapped, and its tables aligned. */
export async function wrapped(markdown: string): Promise<string> {
  const options = { ...(await resolveConfig(costsFile)), printWidth: 120, proseWrap: "always" as const };
  return format(markdown, { ...options, parser: "markdown" });
}

/** The text of docs/costs.md. */
export async function costsPage(): Promise<string> {
  const example = costExample();
  const sections = [
    comparison(example),
    whereCheaper(example),
    whatWasPutIn(example),
    howMeasured(),
    ["## The bills, line by line", ...example.all.flatMap((one) => [`### ${one.setup.name}`, bill(one)])],
    whichPrices(example),
    ["## Not counted", bullets(leftOut.map((one) => `${one}.`))],
  ];
  return wrapped(sections.flat().join("\n\n"));
}

function comparison({ all }: Example): string[] {
  return [
    "<!-- Written by `npm run docs` from operations/cost/. Do not edit. -->",
    "# What it costs",
    "CircleCI with IP ranges is what this program was made to replace. The others are the usual alternatives. All " +
      "numbers are USD a month, for the clusters of `stacks/environments.ts`, from",
    `\`\`\`sh\n${exampleCommand}\n\`\`\``,
    "![The table below as bars.](costs.svg)",
    markdownTable(estimateHead, estimateRows(all)),
    "The price is not the only difference:",
    markdownTable(
      ["Set-up", "API server", "Remark"],
      all.map(({ setup }) => [setup.name, setup.apiServer, setup.remark]),
    ),
  ];
}

function whereCheaper({ all, inputs, list }: Example): string[] {
  const whole = costExample({ runnerCheckoutGb: String(inputs.checkoutGb) });
  const sparse = costExample({
    checkoutGb: String(inputs.runnerCheckoutGb),
    runnerCheckoutGb: String(inputs.runnerCheckoutGb),
  });
  return [
    "## Where another set-up is cheaper",
    markdownTable(
      ["Set-up", "Cheaper than this program"],
      breakEvens(inputs, list).map((one) => [one.setup.name, breakEvenWords(one)]),
    ),
    "Most depends on what a job fetches. The workflow of this program checks out the manifests only, on whatever " +
      "runner. CircleCI's `checkout` step fetches every file of the commit, and [since November 2025]" +
      "(https://github.com/napari/docs/issues/867) no longer those of older ones. How much less the manifests are " +
      "depends on the repository: `npm run bench:checkout` sees 0.6 % of a checkout of 68 MB with 5,000 files, " +
      "`--repo` measures yours. Without it a hundredth is assumed, and this is how far that carries:",
    markdownTable(
      ["Set-up", "as above", "every job fetches everything", "every job fetches the manifests only"],
      all.map((one, index) => [
        one.setup.name,
        ...[all, whole.all, sparse.all].map((estimated) => total(estimated[index] ?? one)),
      ]),
    ),
  ];
}

function whatWasPutIn({ inputs, origins }: Example): string[] {
  const { diskGb, controllerShare, nodeStartMinutes } = assumptions;
  return [
    "## What was put in",
    markdownTable(["Input", "Value", "From"], inputRows(inputs, origins)),
    `Beside these: an EC2 runner has a disk of ${plain(diskGb)} GB. In the cluster, controller and listener take ` +
      `${plain(controllerShare)} of a node, and a node is paid for ${plain(nodeStartMinutes)} minutes more than the job ` +
      "it is started for. GitHub bills whole minutes; CodeBuild is taken to do the same, from provisioning on " +
      "([one report](https://tech.locaop.jp/entry/2023/02/07/114816)). A month has 730 hours, a GB has 10^9 bytes. A " +
      "NAT gateway is paid by the hour only with `--nat-gateways`, because the VPC of a private cluster has one anyway; " +
      "all set-ups inside of the VPC pay for it alike.",
  ];
}

function howMeasured(): string[] {
  return [
    "`--repo <clone>` measures in the history of the branch that is checked out in a clone of the target repository:",
    bullets([
      "**Pull requests**: merge commits `Merge pull request #N` and squashed ones that end in `(#N)`, on the " +
        "first-parent line, in the 90 days before its newest commit, each number once, brought to a month of 30.4 days. " +
        "Where pull requests are rebased, nothing tells them apart: give `--prs`.",
      "**Share of them that touches a cluster**: those whose difference to the first parent has a file that matches the " +
        "`paths` of the environment.",
      "**Checkout**: the bytes that `git pack-objects` writes for the newest commit with all its files.",
      "**Sparse checkout**: twice (change and base) the bytes it writes for that commit, all its folders, and the files " +
        "below the manifests' folders.",
    ]),
    "Pushes and minutes are in no history. What is given beside `--repo` counts before what is measured.",
  ];
}

function whichPrices({ all, inputs, list }: Example): string[] {
  return [
    "## Prices",
    "_official_: the provider says so. _quoted_: somebody who names the provider's list says so. _blog_: anybody else. " +
      "AWS's own pages draw their prices with scripts and could not be read for this; compare before you decide.",
    "Where the price of a region is not known, one of the USA stands in. Expect more then: the hour of a NAT gateway, " +
      "for one, is dearer in Tokyo and Seoul.",
    bullets(priceGaps(inputs, list, all)),
    priceTable(list),
    "Your own prices go before these: `--prices <file>`, in the format of `operations/cost/prices.json`. An amount can " +
      'be `"unknown"`: what has no known price at all is not counted, and the output says so.',
  ];
}

function bullets(sentences: string[]): string {
  return sentences.map((sentence) => `- ${sentence}`).join("\n");
}

function bill(estimate: Estimate): string {
  const rows = estimate.lines.map((one) => [
    one.what,
    one.region === "any" ? "" : one.region,
    plain(one.quantity),
    amounts(one),
    one.usd === undefined ? "unknown" : usd(one.usd),
  ]);
  return markdownTable(
    ["For", "Region", "Quantity", "Price", "USD"],
    [...rows, ["**Total**", "", "", "", `**${total(estimate)}**`]],
  );
}

function amounts({ prices }: Line): string {
  return prices.map(({ amount, currency, unit }) => `${String(amount)} ${currency} / ${unit}`).join(" x ");
}

function priceTable(prices: Price[]): string {
  return markdownTable(
    ["What", "Region", "Price", "How sure", "Source", "Date", "Note"],
    prices.map(({ item, region, amount, currency, unit, sure, source, date, dateIs, providerPage, note }) => [
      priceItems[item],
      region,
      `${String(amount)} ${currency} / ${unit}`,
      sure,
      `[source](${source})${providerPage && providerPage !== source ? `, [provider](${providerPage})` : ""}`,
      `${dateIs} ${date}`,
      note ?? "",
    ]),
  );
}
