/** Where a runner registers, and in which group. */
export interface Registration {
  level: "repository" | "organization" | "enterprise";
  /** `owner/name`, or the name of the organisation or enterprise. */
  name: string;
  groupId: number;
}

/** A machine that registers as an ephemeral runner: it takes one job and is gone. */
export interface RunnerRequest {
  registration: Registration;
  /** Labels of the runner. It is given the oldest queued job all of whose labels it has. */
  labels: string[];
  name: string;
  /** Variables of the machine, seen by each step: credentials, tool cache. */
  environment: Record<string, string>;
  /** Ends the job: the machine is gone. */
  signal: AbortSignal;
}

/** How a job ended, as the machine that ran it hears it. */
export interface RunnerOutcome {
  jobId: number;
  conclusion: "success" | "failure" | "cancelled";
}

/** Where runners register. */
export interface RunnerHost {
  /** What GitHub says to a registration that it refuses; undefined if it takes it. */
  refusalOf(registration: Registration): string | undefined;
  /** Registers, waits for a job, runs it and resolves when it has ended; `undefined` if the signal came before a job did. */
  runJob(request: RunnerRequest): Promise<RunnerOutcome | undefined>;
}

/** Runners that have registered and wait for a job, in the order in which they came. */
export class WaitingRunners {
  private readonly waiting: {
    request: RunnerRequest;
    take: (job: Promise<RunnerOutcome> | undefined) => void;
  }[] = [];

  /** Waits until `offer` hands out a job, or the machine is gone. */
  register(request: RunnerRequest): Promise<RunnerOutcome | undefined> {
    return new Promise((resolve) => {
      const entry = {
        request,
        take: (job: Promise<RunnerOutcome> | undefined) => {
          this.waiting.splice(this.waiting.indexOf(entry), 1);
          request.signal.removeEventListener("abort", leave);
          resolve(job);
        },
      };
      const leave = () => {
        entry.take(undefined);
      };
      if (request.signal.aborted) {
        resolve(undefined);
        return;
      }
      request.signal.addEventListener("abort", leave);
      this.waiting.push(entry);
    });
  }

  /**
   * Gives a job to the first runner that may take it and has all of its labels, whatever further ones it has:
   * https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/use-in-a-workflow
   *
   * @param mayTake whether the job may run on runners of a registration
   * @returns whether one took it
   */
  offer(
    labels: string[],
    mayTake: (registration: Registration) => boolean,
    start: (runner: RunnerRequest) => Promise<RunnerOutcome>,
  ): boolean {
    const found = this.waiting.find(
      ({ request }) => mayTake(request.registration) && hasLabels(request, labels),
    );
    found?.take(start(found.request));
    return found !== undefined;
  }
}

/** Labels are compared without regard to case. */
function hasLabels(request: RunnerRequest, wanted: string[]): boolean {
  const own = new Set(request.labels.map((label) => label.toLowerCase()));
  return wanted.every((label) => own.has(label.toLowerCase()));
}
