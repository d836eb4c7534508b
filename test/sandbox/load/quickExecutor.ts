import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  ExecutionContext,
  Executor,
  JobMessage,
  JobOutcome,
} from "../../../sandbox/github/actions/executor";
import { evaluateExpression, isTruthy, type Contexts } from "../../../sandbox/github/actions/expressions";
import { loadActions, loadEnvironments } from "./committed";
import type { Play } from "./plan";
import { runProgram } from "./runProgram";

/** A region's job that was run. */
export interface Played {
  jobId: number;
  runId: number;
  environment: string;
  region: string;
  play: Play;
}

interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, unknown>;
}

/**
 * Runs the jobs of the committed workflow without act: its real programs with the inputs that its expressions give
 * them, in threads. What only brings files or is for merge groups is left out.
 */
export class QuickExecutor implements Executor {
  readonly played: Played[] = [];
  /** Jobs of each region that run now, and the most that ever did at once. */
  readonly running: Record<string, { now: number; most: number }> = {};
  private readonly actions = loadActions();

  /** @param playOf what an environment's job does for a commit */
  constructor(
    private readonly speed: number,
    private readonly playOf: (head: string, environment: string) => Play,
  ) {}

  async run(message: JobMessage, context: ExecutionContext): Promise<JobOutcome> {
    const folder = await mkdtemp(join(tmpdir(), "load-job-"));
    const leave = this.enter(message, context);
    try {
      await writeFile(join(folder, "event.json"), JSON.stringify(context.event));
      return await this.runSteps(folder, message, context);
    } finally {
      leave();
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async runSteps(
    folder: string,
    message: JobMessage,
    context: ExecutionContext,
  ): Promise<JobOutcome> {
    const steps: Record<string, { outputs: Record<string, string> }> = {};
    const contexts: Contexts = {
      github: { ...message.github, event: context.event, token: message.token },
      needs: message.needs,
      matrix: message.matrix,
      steps,
    };
    let conclusion: JobOutcome["conclusion"] = "success";
    for (const [index, step] of (message.job.steps as Step[]).entries()) {
      const action = this.actions.get(step.uses?.replace(/@.*/, "") ?? "");
      const text = action?.text ?? inlineProgram(step);
      if (text === undefined || !holds(step, contexts)) continue;
      const files = {
        output: join(folder, `output-${String(index)}`),
        summary: join(folder, `summary-${String(index)}`),
      };
      for (const file of Object.values(files)) await writeFile(file, "");
      const env = {
        ...this.environment(folder, message, context),
        ...asInputs(interpolated({ ...action?.defaults, ...step.with }, contexts)),
        ...interpolated(step.env, contexts),
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
      };
      const { exitCode } = await runProgram(text, {
        env,
        speed: this.speed,
        // The scheduler does not cancel a job whose condition holds for a cancelled run.
        ends: [context.cancel, context.kill],
        log: (line) => {
          context.log(line);
        },
      });
      if (step.id) steps[step.id] = { outputs: outputsIn(await readFile(files.output, "utf8")) };
      if (exitCode !== 0) {
        conclusion = exitCode === undefined ? "cancelled" : "failure";
        break;
      }
    }
    const outputs = interpolated(message.job.outputs as Record<string, unknown> | undefined, contexts);
    return { conclusion, outputs, summaries: [] };
  }

  private environment(
    folder: string,
    message: JobMessage,
    { event }: ExecutionContext,
  ): Record<string, string> {
    const github = Object.entries(message.github).map(([name, value]) => [
      `GITHUB_${name.toUpperCase()}`,
      value,
    ]);
    const environment = environmentOf(message);
    return {
      ...message.runner.environment,
      ...(Object.fromEntries(github) as Record<string, string>),
      GITHUB_EVENT_PATH: join(folder, "event.json"),
      ...(environment && { PLAY: JSON.stringify(this.playOf(headOf(event), environment)) }),
    };
  }

  /** @returns what is to be called when the job has ended */
  private enter(message: JobMessage, { event }: ExecutionContext): () => void {
    const environment = environmentOf(message);
    if (environment === undefined) return () => undefined;
    const region = message.runner.environment.AWS_REGION ?? "";
    const play = this.playOf(headOf(event), environment);
    this.played.push({ jobId: message.id, runId: message.runId, environment, region, play });
    const counter = (this.running[region] ??= { now: 0, most: 0 });
    counter.now += 1;
    counter.most = Math.max(counter.most, counter.now);
    return () => {
      counter.now -= 1;
    };
  }
}

/** The program of a step that hands it to node. */
function inlineProgram({ run = "" }: Step): string | undefined {
  return /^node - <<'PROGRAM'\n([^]*)PROGRAM\n$/.exec(run)?.[1];
}

/** Whether a step's condition holds, which stands between the braces of an expression. */
function holds({ if: condition }: Step, contexts: Contexts): boolean {
  const expression = condition?.replace(/^\$\{\{|\}\}$/g, "").trim();
  return expression === undefined || isTruthy(evaluateExpression(expression, contexts));
}

/** The environment that a job dry-runs; undefined for the other jobs. */
function environmentOf({ key }: JobMessage): string | undefined {
  return loadEnvironments.find(({ runner }) => runner?.jobName === key)?.name;
}

function headOf(event: object): string {
  return (event as { pull_request: { head: { sha: string } } }).pull_request.head.sha;
}

/** Values with what their expressions come to. */
function interpolated(values: Record<string, unknown> = {}, contexts: Contexts): Record<string, string> {
  const text = (value: unknown) =>
    String(value).replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
      const result = evaluateExpression(expression.trim(), contexts);
      if (result === null) return "";
      return typeof result === "string" ? result : JSON.stringify(result);
    });
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));
}

function asInputs(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter */
function outputsIn(text: string): Record<string, string> {
  const found = text.matchAll(/^(?:([^\n=<]+)<<(\S+)\n([^]*?)\n?\2|([^\n=<]+)=(.*))$/gm);
  return Object.fromEntries(
    [...found].map(([, name, , value, shortName, shortValue]) => [name ?? shortName, value ?? shortValue]),
  ) as Record<string, string>;
}
