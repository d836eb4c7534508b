import {
  allJobs,
  hoursOfMonth,
  jobs,
  roundedUp,
  runs,
  type CostEnvironment,
  type CostInputs,
} from "./inputs";
import { line, type Line, type Part } from "./lines";
import { priceOf, type Price, type PriceItem } from "./priceList";

/** What this program does not ask a person for, and takes to be so. */
export const assumptions = {
  /** GB of the disk of an EC2 runner: its system, tools and a working copy. */
  diskGb: 30,
  /** Minutes for which a node is paid beside the job that it was started for. */
  nodeStartMinutes: 2,
  /** Share of a node that the runner controller and its listener take, always. */
  controllerShare: 0.25,
};

/** A way to run the jobs. */
export interface Setup {
  id: "codebuild" | "circleci" | "githubLarger" | "ec2" | "arc";
  name: string;
  /** What the API server must be open to. */
  apiServer: string;
  /** What a person should know beside the price. */
  remark: string;
  lines: (inputs: CostInputs, list: Price[]) => Line[];
}

/** This program first, then what it is compared with. */
export const setups: Setup[] = [
  {
    id: "codebuild",
    name: "CodeBuild (this program)",
    apiServer: "private",
    remark: "A new machine for each job, and none between jobs.",
    lines: (inputs, list) => [
      ...inputs.environments.map((environment) =>
        line(list, {
          part: "computing",
          items: ["codebuildMinute"],
          region: environment.region,
          quantity: jobs(inputs, environment) * buildMinutes(inputs),
        }),
      ),
      ...freeBuildMinutes(inputs, list),
      ...wayOut(inputs, list),
      ...ownWorkflow(inputs, list),
    ],
  },
  {
    id: "circleci",
    name: "CircleCI with IP ranges",
    apiServer: "open to CircleCI's addresses",
    remark:
      "Every byte that a job uses is charged, so the checkout is. Any customer's jobs use the same addresses.",
    lines: circleci,
  },
  {
    id: "githubLarger",
    name: "GitHub larger runners, static addresses",
    apiServer: "open to one's own addresses at GitHub",
    remark: "GitHub Team or Enterprise only.",
    lines: (inputs, list) => [
      line(list, {
        part: "computing",
        items: ["githubLargerMinute"],
        quantity: allJobs(inputs) * roundedUp(inputs.minutes),
      }),
      ...smallJobs(inputs, list),
    ],
  },
  {
    id: "ec2",
    name: "EC2 runner, always on",
    apiServer: "private",
    remark:
      "One machine in each region, for all branches, to patch and to clean. More only where one cannot do the minutes.",
    lines: (inputs, list) => [
      ...inputs.environments.flatMap((environment) => machine(inputs, list, environment)),
      ...wayOut(inputs, list),
      ...ownWorkflow(inputs, list),
    ],
  },
  {
    id: "arc",
    name: "Runner controller in the cluster",
    apiServer: "private",
    remark:
      "Jobs of any branch run as pods in the cluster that they check. Nodes must come and go by themselves.",
    lines: (inputs, list) => [
      ...inputs.environments.flatMap((environment) => nodes(inputs, list, environment)),
      ...wayOut(inputs, list),
      ...ownWorkflow(inputs, list),
    ],
  },
];

/** Minutes that CodeBuild bills for one job: from provisioning on, whole ones. */
function buildMinutes({ provisioningMinutes, minutes }: CostInputs): number {
  return roundedUp(provisioningMinutes + minutes);
}

/** CodeBuild's free minutes are for the whole account: they are taken where they are worth least. */
function freeBuildMinutes(inputs: CostInputs, list: Price[]): Line[] {
  const [cheapest] = inputs.environments
    .flatMap(({ region }) => priceOf(list, "codebuildMinute", region) ?? [])
    .sort((a, b) => a.amount - b.amount);
  if (!cheapest) return [];
  return free(inputs, list, {
    part: "computing",
    allowance: "codebuildFreeMinutes",
    used: allJobs(inputs) * buildMinutes(inputs),
    item: "codebuildMinute",
    region: cheapest.region,
  });
}

function circleci(inputs: CostInputs, list: Price[]): Line[] {
  const perMinute = priceOf(list, "circleciDockerMinute")?.amount ?? 1;
  const perGb = priceOf(list, "circleciIpRangesGb")?.amount ?? 0;
  // Each job is rounded up to whole credits: the source of circleciDockerMinute.
  const computing = allJobs(inputs) * roundedUp(inputs.minutes * perMinute);
  const data = allJobs(inputs) * inputs.checkoutGb;
  const credits = { allowance: "circleciFreeCredits", item: "circleciCredit" } as const;
  return [
    line(list, {
      part: "computing",
      items: ["circleciDockerMinute", "circleciCredit"],
      quantity: computing / perMinute,
    }),
    line(list, { part: "network", items: ["circleciIpRangesGb", "circleciCredit"], quantity: data }),
    ...free(inputs, list, { ...credits, part: "computing", used: computing }),
    ...free(inputs, list, { ...credits, part: "network", used: data * perGb, usedBefore: computing }),
  ];
}

/** An EC2 runner: as many machines as the jobs' minutes need, but one in any case. */
function machine(inputs: CostInputs, list: Price[], environment: CostEnvironment): Line[] {
  const busyHours = (jobs(inputs, environment) * inputs.minutes) / 60;
  const machines = Math.max(1, roundedUp(busyHours / hoursOfMonth));
  const { region } = environment;
  return [
    line(list, { part: "computing", items: ["instanceHour"], region, quantity: machines * hoursOfMonth }),
    line(list, {
      part: "computing",
      items: ["diskGbMonth"],
      region,
      quantity: machines * assumptions.diskGb,
    }),
  ];
}

/** The controller's share of a node, and a node for as long as each job needs it. */
function nodes(inputs: CostInputs, list: Price[], environment: CostEnvironment): Line[] {
  const jobHours = (jobs(inputs, environment) * (inputs.minutes + assumptions.nodeStartMinutes)) / 60;
  const { region } = environment;
  return [
    line(list, {
      part: "computing",
      items: ["instanceHour"],
      region,
      quantity: assumptions.controllerShare * hoursOfMonth,
      what: "Controller and listener, their share of a node",
    }),
    line(list, {
      part: "computing",
      items: ["instanceHour"],
      region,
      quantity: jobHours,
      what: "Nodes for jobs",
    }),
  ];
}

/** What a runner in a private subnet pays to reach GitHub: data always, hours where the gateway is there for it alone. */
function wayOut(inputs: CostInputs, list: Price[]): Line[] {
  const data = inputs.environments.map((environment) =>
    line(list, {
      part: "network",
      items: ["natGb"],
      region: environment.region,
      quantity: jobs(inputs, environment) * inputs.runnerCheckoutGb,
    }),
  );
  const regions = inputs.natGateways > 0 ? new Set(inputs.environments.map(({ region }) => region)) : [];
  const hours = [...regions].flatMap((region) =>
    (["natHour", "publicIpv4Hour"] as const).map((item) =>
      line(list, {
        part: "network",
        items: [item],
        region,
        quantity: inputs.natGateways * hoursOfMonth,
      }),
    ),
  );
  return [...data, ...hours];
}

/** What GitHub charges for the workflow where its jobs run on machines of one's own. */
function ownWorkflow(inputs: CostInputs, list: Price[]): Line[] {
  const selfHosted = line(list, {
    part: "GitHub",
    items: ["githubSelfHostedMinute"],
    quantity: allJobs(inputs) * roundedUp(inputs.minutes),
  });
  return [...smallJobs(inputs, list), selfHosted];
}

/** The workflow's jobs that need no cluster. */
function smallJobs(inputs: CostInputs, list: Price[]): Line[] {
  if (inputs.publicRepository) return [];
  const minutes = runs(inputs) * inputs.hostedJobs * roundedUp(inputs.hostedMinutes);
  return [
    line(list, { part: "GitHub", items: ["githubMinute"], quantity: minutes }),
    ...free(inputs, list, {
      part: "GitHub",
      allowance: "githubFreeMinutes",
      used: minutes,
      item: "githubMinute",
    }),
  ];
}

interface Allowance {
  part: Part;
  allowance: PriceItem;
  /** How much is used, in the unit of the allowance. */
  used: number;
  /** How much of the allowance another line has already. */
  usedBefore?: number;
  /** What is free of charge, and where. */
  item: PriceItem;
  region?: string;
}

function free(inputs: CostInputs, list: Price[], { allowance, ...rest }: Allowance): Line[] {
  const limit = priceOf(list, allowance);
  if (!inputs.freeAllowances || !limit) return [];
  const { part, used, usedBefore = 0, item, region } = rest;
  const quantity = -Math.min(used, Math.max(0, limit.amount - usedBefore));
  return [line(list, { part, items: [item], quantity, region, what: "Free of charge" })];
}
