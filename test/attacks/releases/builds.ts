import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchGetBuildsCommand,
  StartBuildCommand,
  type StartBuildCommandInput,
} from "@aws-sdk/client-codebuild";
import { deleteVariable } from "../../../committed/apply/buildspec";
import { accepted, type Attack, held, must } from "../pullRequests/attack";
import { commitTo } from "../pullRequests/files";
import { until } from "../pullRequests/repository";
import { handPaths } from "./hostileWorkflows";
import { approved, startByHand } from "./runs";
import { asTheRelease } from "./sessions";
import { calledJob, stolenRelease } from "./stolenRelease";
import { attacked, halfWay, type ReleasedWorld } from "./world";

interface Built {
  status: string;
  log: string;
  /** What AWS shows of the phase that failed. */
  failure: string;
}

/** Has the release's role start a build, and read how it went. */
function build(world: ReleasedWorld, more: Partial<StartBuildCommandInput>): Promise<Built> {
  return world.inTurn(async () => {
    const { codebuild, logs } = await asTheRelease(world);
    const { applyProjectName: projectName } = world.region(attacked).deployment;
    const { build: started } = await codebuild.send(new StartBuildCommand({ projectName, ...more }));
    const ended = await until("the end of the build", async () => {
      const { builds = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids: [started?.id ?? ""] }));
      return builds[0]?.buildComplete ? builds[0] : undefined;
    });
    const { groupName: logGroupName, streamName: logStreamName } = ended.logs ?? {};
    const { events = [] } = logStreamName
      ? await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }))
      : {};
    const failed = ended.phases?.find(({ phaseStatus }) => phaseStatus === "FAILED");
    return {
      status: String(ended.buildStatus),
      log: events.map(({ message }) => message).join("\n"),
      failure: failed?.contexts?.[0]?.message ?? "",
    };
  });
}

/** The line in which a build says why it refuses; it must have failed. */
function refusalIn({ status, log, failure }: Built, expected: RegExp): string {
  const said = expected.exec(`${log}\n${failure}`)?.[0];
  must(
    status === "FAILED" && said !== undefined,
    `the build ended ${status}: ${log.slice(-1000)} ${failure}`,
  );
  return `the build failed: ${said ?? ""}`;
}

/** What an unmerged commit would have in the cluster. */
function unmergedCommit(world: ReleasedWorld): Promise<string> {
  return world.once("the unmerged commit", async () => {
    const { stdout: base } = await world.sandbox.git(["show", "main:k8s/ja-production/kustomization.yaml"]);
    const files = {
      "k8s/ja-production/kustomization.yaml": base.replace(/^resources:$/m, "resources:\n  - unmerged.yaml"),
      "k8s/ja-production/unmerged.yaml": JSON.stringify({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "unmerged", namespace: "default" },
      }),
    };
    must(files["k8s/ja-production/kustomization.yaml"] !== base, "the overlay has no list of resources");
    return commitTo(world.sandbox, "unmerged", files);
  });
}

async function isNotThere(world: ReleasedWorld, kind: string, name: string): Promise<void> {
  const { administrator } = world.region(attacked);
  const found = await administrator.run(["get", kind, name, "--all-namespaces=false"]);
  must(found.exitCode !== 0, `${kind} ${name} is there`);
}

const ancestry = held(
  "the build of the apply project refuses a commit that is not on the default branch (applyBuildspec)",
);
const notMerged = /Refused: the branch main never was [0-9a-f]{40}\..*/;

function notBuilt(
  name: string,
  tries: string,
  given: (commit: string) => Partial<StartBuildCommandInput>,
): Attack<ReleasedWorld> {
  return {
    name,
    attacker: "stolen credential",
    tries,
    verdict: ancestry,
    play: async (world) => {
      const said = refusalIn(await build(world, given(await unmergedCommit(world))), notMerged);
      await isNotThere(world, "configmap", "unmerged");
      return `${said}; its ConfigMap is not in the cluster`;
    },
  };
}

const mark = join(tmpdir(), `attack-apply-${String(process.pid)}`);
const deletes = (value: string, type: "PLAINTEXT" | "SECRETS_MANAGER" = "PLAINTEXT") => ({
  environmentVariablesOverride: [{ name: deleteVariable, value, type }],
});

/** Builds that the release's role may start, and that must do nothing but apply what is merged. */
export const buildAttacks: Attack<ReleasedWorld>[] = [
  notBuilt(
    "build-of-an-unmerged-commit",
    "StartBuild with an unmerged commit as sourceVersion",
    (commit) => ({
      sourceVersion: commit,
    }),
  ),
  notBuilt("build-of-a-branch", "StartBuild with the name of an unmerged branch as sourceVersion", () => ({
    sourceVersion: "unmerged",
  })),
  notBuilt(
    "build-of-a-shallow-clone",
    "StartBuild with an unmerged commit and gitCloneDepthOverride, so that the history is cut off",
    (commit) => ({ sourceVersion: commit, gitCloneDepthOverride: 1 }),
  ),
  {
    name: "build-of-a-commit-half-way",
    attacker: "stolen credential",
    tries:
      "StartBuild with a commit of a merged pull request that adds what a later one of it takes away again",
    verdict: held(
      "the build of the apply project refuses what the default branch never was (applyBuildspec)",
    ),
    play: async (world) => {
      const { stdout: commit } = await world.sandbox.git(["rev-parse", halfWay]);
      const isMerged = await world.sandbox.git(["merge-base", "--is-ancestor", commit.trim(), world.head]);
      must(isMerged.exitCode === 0, "no merge has brought it");
      const said = refusalIn(await build(world, { sourceVersion: commit.trim() }), notMerged);
      await isNotThere(world, "configmap", halfWay);
      return `${said}; its ConfigMap is not in the cluster`;
    },
  },
  {
    name: "release-of-an-unmerged-commit",
    attacker: "maintainer",
    isAlone: true,
    tries: "the committed workflow is started for an unmerged commit, and the reviewer approves",
    verdict: ancestry,
    play: async (world) => {
      const commit = await unmergedCommit(world);
      const job = await approved(
        world,
        await startByHand(world, handPaths.calls, { environment: attacked, commit }),
        calledJob,
      );
      const log = await world.repository.log(job);
      const said = notMerged.exec(log)?.[0];
      must(
        job.conclusion === "failure" && said !== undefined,
        `the job ended ${String(job.conclusion)}: ${log.slice(-1000)}`,
      );
      await isNotThere(world, "configmap", "unmerged");
      return `the job failed: ${said ?? ""}`;
    },
  },
  {
    name: "release-of-shell-text",
    attacker: "maintainer",
    isAlone: true,
    tries: "the committed workflow is started for a commit that is shell text, and the reviewer approves",
    verdict: held("the committed action takes 40 digits alone for a commit (committed/apply/fullCommit.ts)"),
    play: async (world) => {
      const commit = `$(touch ${mark})"; touch ${mark}; echo "`;
      const job = await approved(
        world,
        await startByHand(world, handPaths.calls, { environment: attacked, commit }),
        calledJob,
      );
      const said = /^.*is no commit in full.*$/m.exec(await world.repository.log(job))?.[0];
      must(!existsSync(mark), "the text was run");
      must(job.conclusion === "failure" && said !== undefined, `the job ended ${String(job.conclusion)}`);
      return `nothing was run: ${said ?? ""}`;
    },
  },
  {
    name: "delete-with-shell-text",
    attacker: "stolen credential",
    tries: `StartBuild with shell text and flags in ${deleteVariable}`,
    verdict: held(
      "the program takes exact names in it, and the shell does not read it (applyBuildspec, deletionNames)",
    ),
    play: async (world) => {
      const value = `$(touch ${mark}) \`touch ${mark}\` "; touch ${mark}; ' --kubeconfig=/tmp/evil`;
      try {
        const built = await build(world, { sourceVersion: world.head, ...deletes(value) });
        must(!existsSync(mark), "the text was run");
        return refusalIn(built, /must look like Deployment\.apps .*/);
      } finally {
        await rm(mark, { force: true });
      }
    },
  },
  {
    name: "delete-of-what-no-release-brought",
    attacker: "stolen credential",
    tries: `StartBuild with the cluster's own objects in ${deleteVariable}`,
    verdict: held(
      "a release deletes only what kubectl apply has brought, and its role has no right on the rest",
    ),
    play: async (world) => {
      const { administrator } = world.region(attacked);
      const value =
        "ClusterRole.rbac.authorization.k8s.io cluster-admin, ConfigMap kube-system/extension-apiserver-authentication";
      const built = await build(world, { sourceVersion: world.head, ...deletes(value) });
      for (const own of [
        ["clusterrole", "cluster-admin"],
        ["-n", "kube-system", "configmap", "extension-apiserver-authentication"],
      ])
        must((await administrator.run(["get", ...own])).exitCode === 0, `${own.join(" ")} is gone`);
      return `both are there; ${refusalIn(built, /cannot delete resource.*|has not brought it.*|no rights.*/)}`;
    },
  },
  {
    name: "delete-of-a-namespace",
    attacker: "stolen credential",
    tries: `StartBuild with a namespace in ${deleteVariable}, with all that is in it`,
    verdict: held("the program deletes nothing that holds others (deletionNames)"),
    play: async (world) => {
      const built = await build(world, { sourceVersion: world.head, ...deletes("Namespace default") });
      return refusalIn(built, /Namespace default is not deleted by a release.*/);
    },
  },
  {
    name: "delete-by-a-secret",
    attacker: "stolen credential",
    tries: `StartBuild with a secret of the account as value of ${deleteVariable}, to have it shown in the log`,
    verdict: held("the role of the build may read no secret and no parameter (runnerPolicy)"),
    play: async (world) =>
      refusalIn(
        await build(world, {
          sourceVersion: world.head,
          ...deletes("production/database", "SECRETS_MANAGER"),
        }),
        /may not read the value of .*/,
      ),
  },
  {
    name: "build-of-an-older-commit",
    attacker: "stolen credential",
    tries: "StartBuild with an older commit of the default branch, while the credentials are good",
    verdict: accepted("What a thief of a release can do"),
    play: async (world) => {
      await stolenRelease(world);
      const { stdout: older } = await world.sandbox.git(["rev-parse", `${world.head}~1`]);
      const { status, log } = await build(world, { sourceVersion: older });
      must(status === "SUCCEEDED", `the build ended ${status}: ${log.slice(-1000)}`);
      return "it was applied: what can be applied has been merged, and the log says who started it";
    },
  },
];
