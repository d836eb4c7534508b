import type { Change } from "../changes";

/** Each stack's comment, as far as a reviewer has to see it in it. */
type Seen = Record<string, RegExp>;

/** A pull request on the infrastructure repository, and what its comments have to say. */
export interface InfrastructureChange extends Change {
  seen: Seen;
  /** How the run ends. */
  conclusion: "success" | "failure";
}

const koreaTime = {
  path: "Pulumi.kr-production.yaml",
  from: "  aws:region: ap-northeast-2\n",
  to: '  aws:region: ap-northeast-2\n  eks-dryrun-runner:buildTimeoutMinutes: "60"\n',
};

const impossibleTime = {
  path: "Pulumi.in-production.yaml",
  from: "  aws:region: ap-south-1\n",
  to: '  aws:region: ap-south-1\n  eks-dryrun-runner:buildTimeoutMinutes: "3"\n',
};

const unchanged = /🍹 Preview of[^]*\n\d+ unchanged/;

/** One stack's file and what all stacks share. */
export const goodChange: InfrastructureChange = {
  branch: "longer-builds-longer-logs",
  title: "Korea: builds may take an hour; keep build logs for 90 days everywhere",
  shows: "each stack has a comment of its own",
  edits: [
    koreaTime,
    {
      path: "Pulumi.yaml",
      from: "config:\n",
      to: 'config:\n  eks-dryrun-runner:logRetentionDays:\n    value: "90"\n',
    },
  ],
  seen: {
    "ja-production": /🍹 Preview of[^]*\n~ 1 to update\n[^]*retentionInDays: 30 => 90/,
    "kr-production": /🍹 Preview of[^]*\n~ 2 to update\n[^]*buildTimeout\s*: 30 => 60/,
    "in-production": /🍹 Preview of[^]*\n~ 1 to update\n[^]*retentionInDays: 30 => 90/,
  },
  conclusion: "success",
};

/** A setting that the program refuses. */
export const failingChange: InfrastructureChange = {
  branch: "impossible-time",
  title: "India: end builds after three minutes",
  shows: "the preview of one stack fails, and its comment says why",
  edits: [impossibleTime],
  seen: {
    "ja-production": unchanged,
    "kr-production": unchanged,
    "in-production": /❌ The preview failed:[^]*buildTimeoutMinutes[^]*integer from 5 to 2160/,
  },
  conclusion: "failure",
};

/** The same pull request, mended by a second commit. */
export const mended = {
  edit: { path: impossibleTime.path, from: '"3"\n', to: '"30"\n' },
  message: "Thirty minutes, as it was",
  seen: { "ja-production": unchanged, "kr-production": unchanged, "in-production": unchanged },
  conclusion: "success",
} as const;

const writes = [
  'pulumi up --yes --skip-preview --stack "$PULUMI_ORGANIZATION/eks-dryrun-runner/$STACK" 2>&1 | tail -3',
  "aws codebuild delete-project --region ap-northeast-2 --name kubectl-to-trocco-kr-production",
];

/** Somebody who may push a branch writes another workflow, which holds all that the preview holds. */
export const writingChange: InfrastructureChange = {
  branch: "tidy-up",
  title: "Tidy the preview up",
  shows: "whoever may push a branch can change the workflow: what it holds may only read",
  edits: [
    {
      path: ".github/workflows/preview.yml",
      from: 'run: npm run -s preview -- run --stack "$PULUMI_ORGANIZATION/eks-dryrun-runner/$STACK"\n',
      to: `run: |\n${writes.map((line) => `          ${line}\n`).join("")}`,
    },
  ],
  seen: Object.fromEntries(
    ["ja-production", "kr-production", "in-production"].map((stack) => [stack, /🚫 No preview of/]),
  ),
  conclusion: "failure",
};

/** What AWS and Pulumi Cloud answer to that. */
export const refusals = [
  /Forbidden: you do not have permission to modify this stack/,
  /AccessDeniedException.*not authorized to perform: codebuild:DeleteProject/,
];
