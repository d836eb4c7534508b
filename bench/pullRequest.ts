import { join } from "node:path";
import { actExecutor } from "../sandbox/github/actions/act/executor";
import type { ExecutionContext, JobMessage } from "../sandbox/github/actions/executor";
import type { Repository } from "../sandbox/github/repository";
import { startGitHub } from "../sandbox/github/server";
import { ensureAct } from "../sandbox/toolchain/act";
import { openWire, type Wire } from "./wire";

/** Somebody who may do everything. */
const token = "administrator-token";

/** A job of a pull request's run, in whose place other jobs can be run. */
export interface PullRequestJob {
  /** What goes over the connection to git's server. */
  wire: Wire;
  /** Address of the repository for one who may read it. */
  url: string;
  /**
   * Runs steps as a job of their own, on a fresh machine.
   * @returns bytes that it exchanged with git's server
   * @throws Error with its log if it fails
   */
  bytesOf(steps: object[]): Promise<number>;
}

/** A job that GitHub has given to a machine. */
interface Started {
  message: JobMessage;
  context: ExecutionContext;
}

/**
 * Opens a pull request from the branch `change` to `main` at the sandbox's GitHub, and works inside of the first job
 * that its workflow starts: with that job's token, event and commit.
 * @param directory holds `<owner>/<name>.git`
 * @throws what the task throws
 */
export async function inPullRequest<Result>(
  directory: string,
  repository: Repository,
  task: (job: PullRequestJob) => Promise<Result>,
): Promise<Result> {
  let start: (job: Started) => void = () => undefined;
  const started = new Promise<Started>((resolve) => (start = resolve));
  // The job never ends by itself: the jobs that need it stay away, and its token stays good.
  const run = (message: JobMessage, context: ExecutionContext) => {
    start({ message, context });
    return new Promise<never>(() => undefined);
  };
  const github = await startGitHub({ directory, port: 0, token, executor: { run } });
  const wire = await openWire(github.port);
  try {
    await open(`http://127.0.0.1:${String(github.port)}/repos/${repository.fullName}/pulls`);
    const { message, context } = await started;
    const url = new URL(`${wire.origin}/${repository.fullName}.git`);
    Object.assign(url, { username: "x-access-token", password: token });
    const executor = actExecutor(() => ensureAct(console.error), join(directory, ".state", "stand-ins"));
    const bytesOf = async (steps: object[]) => {
      const log: string[] = [];
      wire.take();
      const outcome = await executor.run(
        { ...message, job: { steps }, github: { ...message.github, server_url: wire.origin } },
        { ...context, log: (line) => log.push(line) },
      );
      if (outcome.conclusion !== "success") throw new Error(`A job failed:\n${log.join("\n")}`);
      return wire.take();
    };
    return await task({ wire, url: url.href, bytesOf });
  } finally {
    wire.close();
    await github.stop();
  }
}

async function open(address: string): Promise<void> {
  const answer = await fetch(address, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ title: "Change the manifests", head: "change", base: "main" }),
  });
  if (!answer.ok) throw new Error(`The pull request was not opened: ${await answer.text()}`);
}
