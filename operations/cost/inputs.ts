/** One cluster whose manifests are dry-run. */
export interface CostEnvironment {
  name: string;
  /** AWS region code. */
  region: string;
  /** Share of the workflow's runs that touch this environment, 0 to 1. */
  touched: number;
}

/** What the monthly cost depends on. */
export interface CostInputs {
  environments: CostEnvironment[];
  /** Pull requests a month. */
  prs: number;
  /** Pushes for each pull request, the first one included: each is a run of the workflow. */
  pushes: number;
  /** Minutes that a job of a region takes on its runner. */
  minutes: number;
  /** What a whole checkout fetches, in GB of 10^9 bytes. */
  checkoutGb: number;
  /** What a job of this program's workflow fetches, which checks out no more than the manifests. */
  runnerCheckoutGb: number;
  /** Minutes that CodeBuild bills before the job starts. */
  provisioningMinutes: number;
  /** NAT gateways that stand in each region for the runner alone. */
  natGateways: number;
  /** Jobs of the workflow that run on GitHub's own runners, in each run. */
  hostedJobs: number;
  /** Minutes of each of them, before rounding up. */
  hostedMinutes: number;
  /** Whether the target repository is public: GitHub's standard runners then cost nothing. */
  publicRepository: boolean;
  /** Whether the providers' free minutes and credits are still there for this. */
  freeAllowances: boolean;
}

/** Hours of a month, as AWS reckons in its own examples. */
export const hoursOfMonth = 730;

/** Runs of the workflow a month. */
export function runs({ prs, pushes }: CostInputs): number {
  return prs * pushes;
}

/** Jobs of an environment a month. */
export function jobs(inputs: CostInputs, environment: CostEnvironment): number {
  return runs(inputs) * environment.touched;
}

/** Jobs of all environments a month. */
export function allJobs(inputs: CostInputs): number {
  return inputs.environments.reduce((sum, environment) => sum + jobs(inputs, environment), 0);
}

/** A number rounded up; what floating-point arithmetic adds at the end does not make it the next one. */
export function roundedUp(value: number): number {
  return Math.ceil(value - 1e-9);
}
