/** `npm run sandbox -- start | env | kubeconfig | status | builds | stop | reset`: a local world for the program. */
import { Command } from "commander";
import { adminKubeconfig } from "./adminKubeconfig";
import { shellLines } from "./environment";
import { messageOf } from "./error";
import { SandboxFolder, type SandboxState } from "./folder";
import { judgementLines, readJudgements } from "./judgements";
import { reset, runningState, start, stop } from "./lifecycle";

const program = new Command("sandbox")
  .description(
    "A local AWS and GitHub in which the unmodified program is deployed with the real Pulumi engine.",
  )
  .showHelpAfterError();

command("start", "make and start everything; does nothing if it runs", async (folder) => {
  const state = await start(folder, (line) => {
    console.error(line);
  });
  report(folder, state);
  console.log(`\nTo work with it:  eval "$(npm run -s sandbox -- env${flags()})"`);
});

command("env", "print shell lines: after eval, pulumi, aws and git work against it", async (folder) => {
  const state = await runningState(folder);
  if (!state) throw new Error(`${notRunning(folder)} Start it: npm run sandbox -- start${flags()}`);
  for (const line of shellLines(folder, state)) console.log(line);
});

const kubeconfig = command("kubeconfig", "print a cluster owner's kubeconfig", async (folder, { region }) => {
  const state = await runningState(folder);
  if (!state) throw new Error(`${notRunning(folder)} Start it: npm run sandbox -- start`);
  console.log(await adminKubeconfig(state, region ?? ""));
});
kubeconfig.requiredOption("--region <region>", "AWS region of the cluster, such as ap-northeast-1");

command("status", "say what runs where; exit code 1 if it does not run", async (folder) => {
  const state = await runningState(folder);
  if (state) {
    report(folder, state);
    return;
  }
  console.log(notRunning(folder));
  process.exitCode = 1;
});

command("builds", "say what was decided on each queued job, and what became of its build", async (folder) => {
  const state = await runningState(folder);
  if (!state) throw new Error(notRunning(folder));
  for (const line of judgementLines(await readJudgements(state))) console.log(line);
});

command("stop", "end every process; what was deployed stays", async (folder) => {
  await stop(folder);
  console.log(`The sandbox in ${folder.root} is stopped.`);
});

command("reset", "stop and forget everything", async (folder) => {
  await reset(folder);
  console.log(`The sandbox in ${folder.root} is gone.`);
});

interface Options {
  name: string;
  directory?: string;
  region?: string;
}

function command(
  name: string,
  description: string,
  act: (folder: SandboxFolder, options: Options) => Promise<void>,
): Command {
  return program
    .command(name)
    .description(description)
    .option("--name <name>", "which sandbox, where there are several", "default")
    .option("--directory <folder>", "a sandbox in a folder of its own, instead of a name")
    .action((options: Options) =>
      act(
        options.directory === undefined
          ? SandboxFolder.named(options.name)
          : new SandboxFolder(options.directory),
        options,
      ),
    );
}

function report(folder: SandboxFolder, { pid, ports }: SandboxState): void {
  console.log(`The sandbox in ${folder.root} is running (process ${String(pid)}).
  AWS                http://127.0.0.1:${String(ports.aws)}
  GitHub             http://127.0.0.1:${String(ports.github)}
  Pulumi Cloud       http://127.0.0.1:${String(ports.pulumiCloud)}
  target repository  ${folder.targetRepository()}
  log                ${folder.log()}`);
}

function notRunning(folder: SandboxFolder): string {
  return folder.state()
    ? `The sandbox in ${folder.root} is not running.`
    : `There is no sandbox in ${folder.root}.`;
}

/** The flags that named the sandbox, for a command line to copy. */
function flags(): string {
  const given = process.argv.slice(3).filter((argument) => argument !== "--");
  return given.map((argument) => ` ${argument}`).join("");
}

program.parseAsync().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 1;
});
