import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import type { GuardOptions } from "../committed/guard";
import { defaultGuardedKinds, parseGuardedKinds } from "../committed/guardKinds";
import { guardText } from "../committed/guardText";
import { environments, homeEnvironment } from "../stacks/environments";
import { shellQuoted } from "../stacks/problems";
import { installByBuild } from "./guardBuild/command";
import { installGuard } from "./guardInstall";
import { Kubectl } from "./guardKubectl";
import { overlayKinds } from "./guardOverlayKinds";
import { proveGuard, type Proof } from "./guardProof";
import { proofText } from "./guardProofText";
import { guardedKindsOf, releaseKindsOf } from "./guardSetting";

interface Grant {
  stack: string;
  kinds?: string[];
  namespaces?: string[];
}

interface KubectlOptions {
  kubectl: string;
  kubeconfig?: string;
}

interface InstallOptions extends KubectlOptions, Grant {
  yes?: boolean;
}

const whichCluster =
  "Say which cluster: --kubeconfig FILE, of an administrator and from a machine that reaches it, or --stack NAME, for a build " +
  "inside of its network.";

const names = (text: string) => text.split(",").map((name) => name.trim());
const kinds = new Option(
  "--kinds <list>",
  "kinds that may be dry-run, as kubectl takes them, with commas between (default: those of the settings, or what " +
    "applications are made of)",
).argParser(names);
const stack = new Option(
  "--stack <name>",
  "stack whose settings name the kinds, before those of the home stack",
).default(homeEnvironment);
const namespaces = new Option(
  "--namespaces <list>",
  "namespaces to which the rights are confined, with commas between (default: the whole cluster)",
).argParser(names);
const kubectl = new Option("--kubectl <file>", "the kubectl to run").default("kubectl");
const kubeconfig = new Option(
  "--kubeconfig <file>",
  "kubeconfig of an administrator (default: kubectl's own)",
);

const program = new Command("guard")
  .description("The guard: what lets runners dry-run in a cluster, and nothing else. Prints its manifests.")
  .enablePositionalOptions()
  .addOption(kinds)
  .addOption(stack)
  .addOption(namespaces)
  .action(async (grant: Grant) => {
    process.stdout.write(guardText(await guardOptions(grant)));
  });

program
  .command("kinds")
  .description(
    "Reads the overlays of a checkout of the target repository, and prints the setting that fits them.",
  )
  .requiredOption("--repo <folder>", "the checkout")
  .addOption(kubectl)
  .action(async ({ repo, kubectl }: KubectlOptions & { repo: string }) => {
    await printKinds(repo, new Kubectl(kubectl));
  });

program
  .command("install")
  .description(
    "Installs the guard, waits until it is in force, and proves it. Can be repeated. Without a kubeconfig by a build in the " +
      "network of a stack's runner, for a cluster that no machine of yours reaches.",
  )
  .addOption(
    new Option(
      "--kubeconfig <file>",
      "kubeconfig of an administrator, from a machine that reaches the cluster",
    ),
  )
  .addOption(kinds)
  .addOption(stack)
  .addOption(namespaces)
  .addOption(kubectl)
  .option("--yes", "do not ask before the build")
  .action(async ({ kubectl, kubeconfig, yes, ...grant }: InstallOptions, command: Command) => {
    const options = await guardOptions(grant);
    if (kubeconfig === undefined) {
      if (command.getOptionValueSource("stack") === "default") throw new Error(whichCluster);
      await installByBuild(grant.stack, options, yes ?? false);
      return;
    }
    const cluster = new Kubectl(kubectl, kubeconfig);
    await installGuard(cluster, options, console.error);
    console.error("Proving the guard ...");
    report(await proveGuard(cluster, { seconds: 30 }));
  });

program
  .command("check")
  .description("Proves the guard of a cluster, and changes nothing.")
  .addOption(kubeconfig)
  .addOption(kubectl)
  .action(async ({ kubectl, kubeconfig }: KubectlOptions) => {
    report(await proveGuard(new Kubectl(kubectl, kubeconfig)));
  });

/** The kinds of the command line, of the stack's settings, or of the home stack's, as most have them; the Pulumi files are where npm starts this. */
async function guardOptions({ stack, kinds, namespaces }: Grant): Promise<GuardOptions> {
  const granted =
    kinds ??
    (await guardedKindsOf(stack, process.cwd())) ??
    (await guardedKindsOf(homeEnvironment, process.cwd()));
  // Kinds on the command line stand in place of the settings, so nothing else is taken from those.
  const releaseKinds = kinds ? undefined : await releaseKindsOf(stack, process.cwd());
  return {
    ...(granted && { kinds: granted }),
    ...(namespaces && { namespaces }),
    ...(releaseKinds && { releaseKinds }),
  };
}

async function printKinds(repository: string, kubectl: Kubectl): Promise<void> {
  const overlays = environments
    .filter(({ active, overlay }) => active && existsSync(join(repository, overlay)))
    .map(({ overlay }) => join(repository, overlay));
  if (overlays.length === 0) {
    const expected = environments.map(({ overlay }) => overlay).join(", ");
    throw new Error(`${repository} has none of the overlays of stacks/environments.ts: ${expected}.`);
  }
  const rendered: string[] = [];
  for (const overlay of overlays) rendered.push(await kubectl.must(["kustomize", overlay]));
  const found = overlayKinds(rendered);
  // Refuses what cannot be granted, the empty list too.
  parseGuardedKinds(found.kinds);

  for (const { kind, reason } of found.refused)
    console.error(`Not granted, so not checked: ${kind} (${reason})`);
  for (const kind of found.guessed)
    console.error(`Guessed from its kind, as its definition is in no overlay: ${kind}`);
  const added = found.kinds.filter((kind) => !defaultGuardedKinds.includes(kind));
  console.error(
    `${String(found.kinds.length)} kinds, ${String(added.length)} of them not among the default's.`,
  );

  const key = "eks-dryrun-runner:guardedKinds";
  const values = found.kinds.map(
    (kind, index) => `--plaintext ${shellQuoted(`${key}[${String(index)}]=${kind}`)}`,
  );
  console.log(`pulumi config rm ${key} --stack ${homeEnvironment}`);
  console.log(`pulumi config set-all --stack ${homeEnvironment} --path \\\n  ${values.join(" \\\n  ")}`);
}

function report(proof: Proof): void {
  console.log(proofText(proof));
  if (proof.problems.length > 0) process.exitCode = 1;
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
