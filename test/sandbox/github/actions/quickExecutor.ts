import type { Executor, JobMessage, JobOutcome } from "../../../../sandbox/github/actions/executor";

/** A job that is being run. */
export interface Running {
  message: JobMessage;
  /** Ends it. */
  end(outcome?: Partial<JobOutcome>): void;
  /** Whether it has been asked to end. */
  cancelled(): boolean;
}

/** An executor whose jobs succeed at once, unless the test holds them by name and ends them itself. */
export class QuickExecutor implements Executor {
  readonly held = new Set<string>();
  readonly outcomes: Record<string, Partial<JobOutcome>> = {};
  readonly messages: JobMessage[] = [];
  readonly running = new Map<string, Running>();

  run(message: JobMessage, { cancel, kill }: Parameters<Executor["run"]>[1]): Promise<JobOutcome> {
    this.messages.push(message);
    const success: JobOutcome = { conclusion: "success", outputs: {}, summaries: [] };
    if (!this.held.has(message.key)) return Promise.resolve({ ...success, ...this.outcomes[message.key] });
    return new Promise((resolve) => {
      const end = (outcome: Partial<JobOutcome> = {}) => {
        this.running.delete(message.name);
        resolve({ ...success, ...outcome });
      };
      this.running.set(message.name, { message, end, cancelled: () => cancel.aborted });
      // A real machine ends a cancelled job unless steps of it go on; this one does so at once.
      for (const signal of [cancel, kill])
        signal.addEventListener("abort", () => {
          end({ conclusion: "cancelled" });
        });
    });
  }
}
