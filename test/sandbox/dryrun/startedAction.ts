import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { committedFiles } from "../../../committed/files";
import { homeEnvironment } from "../../../stacks/environments";
import { ensurePython } from "../../../sandbox/toolchain/python";
import { type DryRunWorld, type Files, writeFiles } from "./dryRunWorld";

/** EKS as `aws eks update-kubeconfig` asks for it, and an `aws` that a runner can call. */
export interface LocalEks {
  environment: NodeJS.ProcessEnv;
  /** Paths that EKS was asked for. */
  asked: string[];
  stop(): void;
}

const clusterName = "trocco-production";

/**
 * Answers DescribeCluster with the address of the world's API server. The `aws` on the runner's PATH is the real one, but
 * for `get-token`: the API server knows one fixed token, and nobody here checks a signature of AWS.
 */
export async function startLocalEks(world: DryRunWorld): Promise<LocalEks> {
  const certificate = readFileSync(world.authorityFile).toString("base64");
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const isThere = request.url === `/clusters/${clusterName}`;
    const arn = `arn:aws:eks:ap-northeast-1:123456789012:cluster/${clusterName}`;
    const cluster = { name: clusterName, arn, status: "ACTIVE", endpoint: world.url };
    response.statusCode = isThere ? 200 : 404;
    // https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html
    if (!isThere) response.setHeader("x-amzn-errortype", "ResourceNotFoundException");
    response.end(
      JSON.stringify(
        isThere
          ? { cluster: { ...cluster, certificateAuthority: { data: certificate } } }
          : { message: `No cluster found for name: ${(request.url ?? "").split("/").at(-1) ?? ""}.` },
      ),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    environment: {
      PATH: `${await commands(world)}:/usr/bin:/bin`,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${String(port)}`,
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A folder for the PATH with an `aws` in it. */
async function commands(world: DryRunWorld): Promise<string> {
  const { aws } = await ensurePython(() => undefined);
  const { users } = parse(readFileSync(world.dryRunKubeconfig, "utf8")) as {
    users: { user: { token: string } }[];
  };
  const status = { token: users[0]?.user.token };
  const answer = { apiVersion: "client.authentication.k8s.io/v1beta1", kind: "ExecCredential", status };
  const folder = world.folder();
  const script = `#!/bin/sh\ncase " $* " in\n*" eks get-token "*) echo '${JSON.stringify(answer)}' ;;\n*) exec '${aws}' "$@" ;;\nesac\n`;
  writeFileSync(join(folder, "aws"), script);
  chmodSync(join(folder, "aws"), 0o755);
  return folder;
}

/** How a started action ended. */
export interface ActionRun {
  exitCode: number;
  /** What the job's log shows. */
  log: string;
  /** The job's summary. */
  summary: string;
}

/**
 * Starts the action as GitHub does from the committed workflow of the home environment: in a workspace with the checkouts
 * of its steps, the inputs as variables, those that nobody gave empty.
 * @param inputs in place of the workflow's.
 */
export async function startAction(
  world: DryRunWorld,
  eks: LocalEks,
  { base, head, inputs = {} }: { base: Files; head: Files; inputs?: Record<string, string> },
): Promise<ActionRun> {
  const folder = world.folder();
  const [workspace, temporary] = [join(folder, "workspace"), join(folder, "temp")];
  const [summary, output] = [join(folder, "summary.md"), join(folder, "output")];
  mkdirSync(temporary);
  writeFileSync(summary, "What an earlier step said.\n");
  writeFileSync(output, "");
  writeFiles(workspace, head);
  writeFiles(join(workspace, ".k8s-dryrun-base"), base);
  const files = committed();
  writeFiles(workspace, files);
  const { exitCode, all } = await execa(
    process.execPath,
    [join(workspace, ".github/actions/k8s_dryrun", actionOf(files).runs.main)],
    {
      cwd: workspace,
      reject: false,
      all: true,
      extendEnv: false,
      env: {
        ...eks.environment,
        ...inputVariables(files, inputs),
        HOME: temporary,
        GITHUB_ACTIONS: "true",
        GITHUB_WORKSPACE: workspace,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
        RUNNER_TEMP: temporary,
        RUNNER_TOOL_CACHE: world.toolCache,
      },
    },
  );
  return { exitCode: exitCode ?? -1, log: all, summary: readFileSync(summary, "utf8") };
}

/** The files that the home stack commits for the home environment, as examples of the registry have it. */
function committed(): Files {
  const files = committedFiles([
    {
      name: homeEnvironment,
      filter: "production",
      paths: ["k8s/base/**", "k8s/ja-production/**"],
      overlay: "k8s/ja-production",
      runner: {
        jobName: "dryrun",
        projectName: "project",
        region: "ap-northeast-1",
        clusterName,
        eksVersionLabel: "1_35",
        enforcement: "require",
      },
    },
  ]);
  return Object.fromEntries(files.map(({ path, content }) => [path, content]));
}

function actionOf(files: Files) {
  const action = parse(String(files[".github/actions/k8s_dryrun/action.yml"])) as unknown;
  return action as { inputs: Record<string, { default?: string }>; runs: { main: string } };
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs */
function inputVariables(files: Files, changed: Record<string, string>): Record<string, string> {
  const workflow = parse(String(files[".github/workflows/k8s-dryrun.yml"])) as {
    jobs: Record<string, { steps: { uses?: string; with?: Record<string, string> }[] }>;
  };
  const step = workflow.jobs.dryrun?.steps.find(({ uses }) => uses === "./.github/actions/k8s_dryrun");
  const given = { ...step?.with, "eks-version-label": "1_35", ...changed };
  const defaults = Object.entries(actionOf(files).inputs).map(([name, row]) => [name, row.default ?? ""]);
  const inputs = { ...(Object.fromEntries(defaults) as Record<string, string>), ...given };
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}
