import { expect } from "chai";
import { describe, it } from "mocha";
import type { GitHub, Job, Run } from "../../committed/github/api";
import { cancel, watch } from "../../committed/watch/watch";

const minute = 60_000;
const start = Date.parse("2026-11-24T10:00:00Z");

/** What becomes of a job, in minutes after the run began; never, where nothing is said. */
interface Course {
  name?: string;
  project: string;
  taken?: number;
  over?: number;
  /** Cancelled by GitHub while it was in the queue. */
  cancelled?: number;
}

/** A GitHub in which time passes while the watch sleeps. */
class Clock {
  now = start;
  readonly asked: string[] = [];
  readonly cancelled: number[] = [];
  readonly logged: string[] = [];

  constructor(
    private readonly own: Course[],
    private readonly others: Course[] = [],
    private readonly fails: (what: string, minutes: number) => Error | undefined = () => undefined,
  ) {}

  minutes(): number {
    return (this.now - start) / minute;
  }

  private job({ name = "dryrun-x (1_35)", project, taken, over, cancelled }: Course, run: number): Job {
    const isTaken = taken !== undefined && this.minutes() >= taken;
    const isOver = [over, cancelled].some((time) => time !== undefined && this.minutes() >= time);
    return {
      name,
      status: isOver ? "completed" : isTaken ? "in_progress" : "queued",
      conclusion: isOver ? (cancelled === undefined ? "success" : "cancelled") : null,
      labels: [`codebuild-${project}-${String(run)}-1`],
      queuedAt: start,
      // GitHub gives one to queued jobs too.
      startedAt: isTaken ? start + taken * minute : start,
      runnerName: isTaken ? "runner" : "",
      url: "",
    };
  }

  private answer<T>(what: string, value: T): Promise<T> {
    this.asked.push(what);
    const error = this.fails(what, this.minutes());
    return error ? Promise.reject(error) : Promise.resolve(value);
  }

  api(): Pick<GitHub, "jobsOf" | "runsOf" | "cancelRun"> {
    return {
      jobsOf: (run) => {
        const courses = run === 1 ? this.own : this.others.slice(run - 2, run - 1);
        return this.answer(`jobs ${String(run)}`, {
          jobs: courses.map((one) => this.job(one, run)),
          now: this.now,
        });
      },
      runsOf: () => {
        const run = (id: number): Run => ({
          id,
          workflow: "K8s Dryrun",
          status: "in_progress",
          updatedAt: this.now,
        });
        return this.answer("runs", [run(1), ...this.others.map((_, index) => run(index + 2))]);
      },
      cancelRun: (run) => {
        this.cancelled.push(run);
        return this.answer("cancel", undefined);
      },
    };
  }

  task(environments: { name: string; job: string; project: string }[]) {
    return {
      github: this.api() as GitHub,
      run: 1,
      workflow: "K8s Dryrun",
      environments,
      runnerStartMinutes: 30,
      sleep: (seconds: number) => {
        this.now += seconds * 1000;
        return Promise.resolve();
      },
      log: (line: string) => {
        this.logged.push(line);
      },
    };
  }
}

const korea = { name: "kr-production", job: "dryrun-kr-production", project: "kr" };
const japan = { name: "ja-production", job: "dryrun-ja-production", project: "ja" };
const jobOf = ({ job }: typeof korea) => `${job} (1_35)`;

function unavailable(): Error {
  return Object.assign(new Error("Unavailable"), { status: 503 });
}

describe("the watch", () => {
  it("ends as soon as every region's job has been started", async () => {
    const clock = new Clock([
      { name: jobOf(korea), project: "kr", taken: 1 },
      { name: jobOf(japan), project: "ja", taken: 3 },
    ]);
    expect(await watch(clock.task([korea, japan]))).to.deep.equal([]);
    expect(clock.minutes()).to.be.within(3, 4.5);
  });

  it("asks after 5, 10, 20, 40 and then every 60 seconds", async () => {
    const clock = new Clock([{ name: jobOf(korea), project: "kr", taken: 4 }]);
    await watch(clock.task([korea]));
    expect(clock.asked).to.have.length(8);
    expect(clock.minutes()).to.equal((5 + 10 + 20 + 40 + 60 + 60 + 60) / 60);
  });

  it("ends when a job is over before it was started: somebody cancelled it", async () => {
    const clock = new Clock([{ name: jobOf(korea), project: "kr", cancelled: 2 }]);
    expect(await watch(clock.task([korea]))).to.deep.equal([]);
  });

  it("gives up a region after the time of the settings, also where GitHub does not list its job", async () => {
    for (const jobs of [[{ name: jobOf(korea), project: "kr" }], []]) {
      const clock = new Clock(jobs);
      expect(await watch(clock.task([korea]))).to.deep.equal(["kr-production"]);
      expect(clock.minutes()).to.be.within(30, 31.5);
    }
  });

  it("lets the other regions end first", async () => {
    const clock = new Clock([
      { name: jobOf(korea), project: "kr" },
      { name: jobOf(japan), project: "ja", taken: 25, over: 44 },
    ]);
    expect(await watch(clock.task([korea, japan]))).to.deep.equal(["kr-production"]);
    expect(clock.minutes()).to.be.within(44, 45.5);
  });

  it("waits on while the project takes jobs of other runs: a quota of one makes honest queues", async () => {
    const others = [20, 45, 70].map((taken): Course => ({ project: "kr", taken, over: taken + 19 }));
    const clock = new Clock([{ name: jobOf(korea), project: "kr", taken: 90, over: 95 }], others);
    expect(await watch(clock.task([korea]))).to.deep.equal([]);
    expect(clock.minutes()).to.be.within(90, 91.5);
    expect(clock.asked.filter((what) => what === "runs").length).to.be.below(6);
  });

  it("takes nothing else for life: another project's jobs, those that were cancelled in the queue, old ones", async () => {
    const others: Course[] = [
      { project: "kr-two", taken: 25 },
      { project: "kr-1", taken: 25 },
      { project: "kr", cancelled: 28 },
      { project: "kr", taken: -10, over: 5 },
    ];
    const clock = new Clock([{ name: jobOf(korea), project: "kr" }], others);
    expect(await watch(clock.task([korea]))).to.deep.equal(["kr-production"]);
    expect(clock.minutes()).to.be.within(30, 31.5);
  });

  it("gives up at last, however honest the queue", async () => {
    const others = Array.from({ length: 40 }, (_, index): Course => ({ project: "kr", taken: index * 15 }));
    const clock = new Clock([{ name: jobOf(korea), project: "kr" }], others);
    expect(await watch(clock.task([korea]))).to.deep.equal(["kr-production"]);
    expect(clock.minutes()).to.be.within(300, 302);
  });

  it("asks again where GitHub does not answer, and says so", async () => {
    const jobs = [{ name: jobOf(korea), project: "kr" }];
    const clock = new Clock(jobs, [], (_, minutes) =>
      minutes > 2 && minutes < 40 ? unavailable() : undefined,
    );
    expect(await watch(clock.task([korea]))).to.deep.equal(["kr-production"]);
    expect(clock.minutes()).to.be.within(40, 42);
    expect(clock.logged[0]).to.equal("::warning::GitHub answers 503 Unavailable. It is asked again.");
  });

  it("waits as long as GitHub says where too much was asked", async () => {
    const limit = Object.assign(new Error("secondary rate limit"), {
      status: 403,
      response: { headers: { "retry-after": "300" } },
    });
    const clock = new Clock([{ name: jobOf(korea), project: "kr", taken: 1 }], [], (_, minutes) =>
      minutes < 1 ? limit : undefined,
    );
    await watch(clock.task([korea]));
    expect(clock.asked).to.have.length(2);
    expect(clock.minutes()).to.be.within(5, 6);
  });
});

describe("the watch, when it cancels the run", () => {
  it("asks until GitHub has heard it", async () => {
    const clock = new Clock([], [], (what, minutes) => (minutes < 1 ? unavailable() : undefined));
    await cancel(clock.task([]));
    expect(clock.cancelled.length).to.be.above(1);
  });

  it("fails where it may not", async () => {
    const clock = new Clock([], [], () => Object.assign(new Error("not accessible"), { status: 403 }));
    const failed = await cancel(clock.task([])).then(
      () => "went through",
      (error: unknown) => (error as Error).message,
    );
    expect(failed).to.equal("not accessible");
  });
});
