import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Builds, BuildStatus, QueuedJob } from "./builds";

/** What became of one queued job at one project's webhook. */
export interface JobJudgement {
  /** ISO 8601. */
  time: string;
  /** AWS region code. */
  region: string;
  project: string;
  /** GitHub's id of the delivery. */
  delivery: string;
  job: QueuedJob;
  /** The build that was started. @default none */
  buildId?: string;
  /** Why no build was started. */
  reason?: string;
}

/** A judgement with what became of its build. */
export interface JudgedJob extends JobJudgement {
  build?: {
    status: BuildStatus;
    /** The phase that it is in, or in which it ended other than well. */
    phase: string;
    /** What AWS shows of its failure. */
    message?: string;
    /** Why, in the judge's words. */
    reason?: string;
  };
}

/** What was decided on each job, one JSON line each: for people who ask why nothing started. */
export class Judgements {
  private readonly file: string;

  constructor(directory: string) {
    this.file = join(directory, "codebuild-judgements.jsonl");
  }

  record(judgement: JobJudgement): void {
    appendFileSync(this.file, `${JSON.stringify(judgement)}\n`);
  }

  /** All, the oldest first. */
  list(builds: Builds): JudgedJob[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => {
      const judgement = JSON.parse(line) as JobJudgement;
      return { ...judgement, ...buildOf(judgement, builds) };
    });
  }
}

function buildOf({ region, buildId }: JobJudgement, builds: Builds): Pick<JudgedJob, "build"> {
  const record = buildId === undefined ? undefined : builds.find(region, buildId);
  if (!record) return {};
  const { buildStatus: status, phases, currentPhase } = record.build;
  const bad = phases.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== "SUCCEEDED");
  const message = bad?.contexts?.[0]?.message;
  return {
    build: {
      status,
      phase: bad?.phaseType ?? currentPhase,
      ...(message ? { message } : {}),
      ...(record.reason === undefined ? {} : { reason: record.reason }),
    },
  };
}
