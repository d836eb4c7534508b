import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What a run of the action's program left behind. */
export interface Run {
  exitCode: number | null;
  log: string;
  summary: string;
  /** Everything that kubectl was sent for the cluster. */
  sent: string;
  /** The commands that were run, one a line. */
  commands: string;
  /** What lies in the runner's temporary folder afterwards. */
  leftBehind: string[];
}

/** How the stand-ins for aws and kubectl answer. */
export interface World {
  /** What the overlays render to, by folder; a folder that is not named does not exist. */
  overlays: Record<string, string>;
  /** What kustomize says of an overlay that does not render. */
  renderError?: string;
  /** Answer of the API server to `kubectl version`; without one it is not reached. */
  serverMinor?: string;
  clientMinor?: string;
  /** Message with which the API server refuses an object, by object name. */
  refusals?: Record<string, string>;
  /** Difference of an object to the cluster, by object name. */
  differences?: Record<string, string>;
  /** Names of objects on which `kubectl diff` fails, although they can be applied. */
  brokenDiffs?: string[];
  clusterExists?: boolean;
  inputs?: Record<string, string>;
}

const inputs = {
  overlay: "k8s/ja-production",
  "base-folder": ".k8s-dryrun-base",
  "cluster-name": "trocco-production",
  region: "ap-northeast-1",
  "eks-version-label": "1_35",
};

// kubectl as far as the action uses it. Its answers and exit codes are those of kubectl 1.35.
const kubectl = `#!/bin/sh
world=$(dirname "$0")/..
echo "kubectl $*" >> "$world/commands"
case "$*" in
  kustomize*)
    test -f "$2/rendered.yaml" || { cat "$world/renderError" >&2; exit 1; }
    cat "$2/rendered.yaml"; exit 0 ;;
  *version*)
    test -f "$world/version.json" || { echo "Unable to connect to the server: dial tcp: i/o timeout" >&2; exit 1; }
    cat "$world/version.json"; exit 0 ;;
esac
manifest=$(cat)
echo "$manifest" >> "$world/sent"
names=$(echo "$manifest" | sed -n 's/^  name: //p')
result=0
for name in $names; do
  case "$*" in
    *apply*)
      if test -f "$world/refusals/$name"; then cat "$world/refusals/$name" >&2; result=1
      else echo "object/$name configured (server dry run)"; fi ;;
    *diff*)
      if test -f "$world/refusals/$name" || test -f "$world/brokenDiffs/$name"; then
        echo "error: something about $name" >&2; exit 2
      fi
      if test -f "$world/differences/$name"; then cat "$world/differences/$name"; result=1; fi ;;
  esac
done
exit $result
`;

const aws = `#!/bin/sh
world=$(dirname "$0")/..
echo "aws $*" >> "$world/commands"
test -f "$world/cluster" || { echo "An error occurred (ResourceNotFoundException): No cluster found" >&2; exit 254; }
while test $# -gt 0; do test "$1" = --kubeconfig && echo "{}" > "$2"; shift; done
`;

/** Runs the bundled program as GitHub's runner would, with stand-ins for `aws` and `kubectl` on its PATH. */
export function runJob(program: string, world: World): Run {
  const folder = mkdtempSync(join(tmpdir(), "dryrun-"));
  try {
    prepare(folder, program, world);
    const runnerTemp = join(folder, "temp");
    const given = Object.entries({ ...inputs, ...world.inputs });
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "main.cjs")], {
      cwd: join(folder, "workspace"),
      encoding: "utf8",
      env: {
        PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
        RUNNER_TEMP: runnerTemp,
        GITHUB_STEP_SUMMARY: join(folder, "summary"),
        ...Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      },
    });
    const read = (file: string) =>
      existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "";
    return {
      exitCode: status,
      log: stdout + stderr,
      summary: read("summary"),
      sent: read("sent"),
      commands: read("commands"),
      leftBehind: readdirSync(runnerTemp),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function prepare(folder: string, program: string, world: World): void {
  const write = (file: string, content: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  };
  for (const name of ["temp", "workspace"]) mkdirSync(join(folder, name));
  write("main.cjs", program);
  write("bin/kubectl", kubectl);
  write("bin/aws", aws);
  for (const command of ["kubectl", "aws"]) chmodSync(join(folder, "bin", command), 0o755);
  for (const [overlay, rendered] of Object.entries(world.overlays)) {
    write(`workspace/${overlay}/rendered.yaml`, rendered);
  }
  write("renderError", `${world.renderError ?? "error: must build at directory: not found"}\n`);
  if (world.clusterExists ?? true) write("cluster", "");
  if (world.serverMinor) {
    const clientVersion = { major: "1", minor: world.clientMinor ?? "35" };
    write(
      "version.json",
      JSON.stringify({ clientVersion, serverVersion: { major: "1", minor: world.serverMinor } }),
    );
  }
  for (const [name, message] of Object.entries(world.refusals ?? {}))
    write(`refusals/${name}`, `${message}\n`);
  for (const [name, text] of Object.entries(world.differences ?? {})) write(`differences/${name}`, text);
  for (const name of world.brokenDiffs ?? []) write(`brokenDiffs/${name}`, "");
}
