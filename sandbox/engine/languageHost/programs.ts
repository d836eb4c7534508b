import { spawn, type ChildProcess } from "node:child_process";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { pulumiCommand } from "./pulumiCommands";

/** Exit code of a program that has told the engine about its error already: @pulumi/pulumi/cmd/run/index.js. */
const errorWasReported = 32;

/** The programs that this host runs: each with the runner of its own `@pulumi/pulumi`, as Pulumi's own host does. */
export class Programs {
  private readonly running = new Set<ChildProcess>();

  /** Runs a program to its end. */
  async run(request: language.RunRequest, engineAddress: string): Promise<language.RunResponse> {
    const program = spawn(process.execPath, programArguments(request, engineAddress), {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...programEnvironment(request) },
    });
    this.running.add(program);
    try {
      return result(await ended(program));
    } finally {
      this.running.delete(program);
    }
  }

  /** Asks every running program to end. */
  interrupt(): void {
    for (const program of this.running) program.kill("SIGINT");
  }
}

function programArguments(request: language.RunRequest, engineAddress: string): string[] {
  const program = request.getInfo();
  if (!program) throw new Error("The engine named no program to run.");
  const folder = program.getProgramDirectory();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    "root-directory": program.getRootDirectory(),
    pwd: folder,
    parallel: String(request.getParallel()),
  };
  return [
    ...words(options(request).nodeargs),
    pulumiCommand(folder, "run"),
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    program.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

function programEnvironment(request: language.RunRequest): Record<string, string> {
  const { typescript, tsconfig } = options(request);
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig } : {}),
  };
}

/** `runtime.options` of Pulumi.yaml, as far as they concern a run. */
interface Options {
  typescript?: boolean;
  tsconfig?: string;
  nodeargs?: string;
}

function options(request: language.RunRequest): Options {
  return request.getInfo()?.getOptions()?.toJavaScript() ?? {};
}

/** Words of a command line, where quotes hold a word with spaces together. */
function words(line = ""): string[] {
  const found = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return found.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
}

function ended(program: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    program.once("error", reject);
    program.once("exit", resolve);
  });
}

function result(exitCode: number | null): language.RunResponse {
  const response = new language.RunResponse();
  if (exitCode === errorWasReported) return response.setBail(true);
  // A program that was killed must not pass for one that ran to its end: the engine would delete every resource that
  // it had not yet registered.
  if (exitCode !== 0) return response.setError(`Program exited with non-zero exit code: ${String(exitCode)}`);
  return response;
}
