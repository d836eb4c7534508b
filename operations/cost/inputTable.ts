import type { CostInputs } from "./inputs";

/** The inputs that are numbers. */
export type NumberInput = Exclude<
  keyof CostInputs,
  "environments" | "publicRepository" | "freeAllowances" | "hostedJobs"
>;

interface InputRow {
  /** Name of the option. */
  option: string;
  /** What it is, in a table. */
  meaning: string;
  /** Taken where it is neither given nor measured; `undefined` where it follows from another input. */
  value: number | undefined;
  /** Why this is taken. */
  why: string;
}

/**
 * Share of a whole checkout that a job of this program fetches, where nobody has measured it in the repository itself.
 * `npm run bench:checkout` sees 0.6 % of one of 5,000 files and 68 MB. The job fetches the lists of all files twice:
 * with more and smaller files its share is larger.
 */
export const assumedSparseShare = 0.01;

/** What a person can say about their own repository, and what is taken otherwise. */
export const inputTable: Record<NumberInput, InputRow> = {
  prs: { option: "prs", meaning: "pull requests a month", value: 100, why: "assumed" },
  pushes: { option: "pushes", meaning: "pushes for each pull request", value: 3, why: "assumed" },
  minutes: { option: "minutes", meaning: "minutes of a job", value: 3, why: "assumed" },
  checkoutGb: { option: "checkout-gb", meaning: "GB of a whole checkout", value: 0.5, why: "assumed" },
  runnerCheckoutGb: {
    option: "runner-checkout-gb",
    meaning: "GB of the workflow's sparse checkout",
    value: undefined,
    why: "assumed: a hundredth of a whole checkout; `npm run bench:checkout` sees 0.6 %",
  },
  provisioningMinutes: {
    option: "provisioning-minutes",
    meaning: "minutes that CodeBuild bills before the job",
    value: 1,
    why: "assumed: AWS gives no number",
  },
  natGateways: {
    option: "nat-gateways",
    meaning: "NAT gateways in each region for this alone",
    value: 0,
    why: "assumed: the cluster's VPC has its own",
  },
  hostedMinutes: {
    option: "hosted-minutes",
    meaning: "minutes of each small job on GitHub",
    value: 1,
    why: "assumed: none takes longer",
  },
};

/** Names of the inputs that are numbers, in the order in which they are shown. */
export const numberInputs = Object.keys(inputTable) as NumberInput[];
