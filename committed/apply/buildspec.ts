import { yamlText } from "../yamlText";
import { dryRunInputs, type DryRunSettings } from "../dryRunSettings";
import { applyProgramPath } from "../paths";
import { shellWord } from "../shellWord";

/** Minutes after which a build is ended. What it runs has a limit of its own, ends before, and says what was applied. */
export const applyBuildTimeoutMinutes = 60;

/** What the build that applies has to know of its environment. */
export interface ApplyBuild {
  environment: string;
  /** Kustomize folder, such as `k8s/ja-production`. */
  overlay: string;
  /** Globs of the environment's files. */
  paths: string[];
  clusterName: string;
  region: string;
  /** Kubernetes minor version of the cluster, such as `1_35`. */
  eksVersionLabel: string;
  /** The branch that the program comes from, and whose commits alone are applied. */
  branch: string;
  /** How the dry runs of pull requests are made: the build makes its own the same way, and then applies so. */
  dryRun?: DryRunSettings;
}

/** Name of the one variable that whoever starts the build may set: exact names of what is to be deleted. */
export const deleteVariable = "K8S_APPLY_DELETE";

/** Major version of Node.js that the program runs with. */
export const applyNodeVersion = 22;

/**
 * Buildspec of the project that applies. It is inline, so no commit brings its own; of the commit that is applied the
 * build runs nothing, it only reads its manifests.
 */
export function applyBuildspec(build: ApplyBuild): string {
  const text = yamlText("Applies a commit of the default branch to the cluster.", {
    version: 0.2,
    // For the fetch of the default branch: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    env: { shell: "bash", "git-credential-helper": "yes" },
    phases: {
      install: { "runtime-versions": { nodejs: applyNodeVersion } },
      build: { commands: [script(build)] },
    },
  });
  // As it is documented: without quotes.
  return text.replace('git-credential-helper: "yes"', "git-credential-helper: yes");
}

/**
 * Of a merge's own commits but the merge itself is applied: nobody reviewed what a pull request was half-way, and what one of
 * its commits adds may be gone from it at the end.
 * The tags tell the program what earlier releases had. They come last: FETCH_HEAD is the branch until then.
 * In brackets: CodeBuild runs all commands in one shell, which must outlive what fails in here.
 */
function script({ branch, ...build }: ApplyBuild): string {
  const ref = shellWord(`refs/heads/${branch}`);
  return `(
set -euo pipefail
cd "$CODEBUILD_SRC_DIR"
commit="$(git rev-parse --verify HEAD)"
if [ "$commit" != "$CODEBUILD_RESOLVED_SOURCE_VERSION" ]; then
  echo "Refused: $commit is checked out, and $CODEBUILD_RESOLVED_SOURCE_VERSION is to be applied."
  exit 1
fi
git fetch --quiet --no-tags origin ${ref}
folder="$(mktemp -d)"
git rev-list --first-parent FETCH_HEAD > "$folder/states"
if ! grep --quiet --line-regexp --fixed-strings "$commit" "$folder/states"; then
  echo "Refused: the branch "${shellWord(branch)}" never was $commit. Only what it was after a merge is applied."
  exit 1
fi
git show "FETCH_HEAD:${applyProgramPath}" > "$folder/apply.cjs"
git fetch --quiet --force origin "refs/tags/*:refs/tags/*"
exec node "$folder/apply.cjs" ${arguments_(build)} \\
  --repository="$CODEBUILD_SRC_DIR" --delete="\${${deleteVariable}:-}"
)
`;
}

function arguments_({
  environment,
  overlay,
  paths,
  clusterName,
  region,
  eksVersionLabel,
  dryRun = {},
}: Omit<ApplyBuild, "branch">) {
  const inputs = {
    environment,
    overlay,
    "cluster-name": clusterName,
    region,
    "eks-version-label": eksVersionLabel,
    ...dryRunInputs(dryRun),
  };
  const given = Object.entries(inputs).flatMap(([name, value]) =>
    value === "true"
      ? [`--${name}`]
      : value
          .trim()
          .split("\n")
          .map((one) => `--${name}=${shellWord(one)}`),
  );
  return [...given, ...paths.map((path) => `--paths=${shellWord(path)}`)].join(" \\\n  ");
}
