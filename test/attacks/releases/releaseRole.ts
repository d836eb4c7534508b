import { type Attack, held, must } from "../pullRequests/attack";
import { Client } from "../client";
import { denial, variablesOf } from "./sessions";
import { stolenRelease } from "./stolenRelease";
import { attacked, other, type ReleasedWorld } from "./world";

/** What is there to be asked for. */
interface Names {
  project: string;
  runner: string;
  build: string;
  role: string;
  /** Of the build that applies. */
  buildRole: string;
  cluster: string;
  region: string;
  otherProject: string;
  otherRegion: string;
}

/** A call that the release's role may not make: the name of its attack, what it is for, IAM's action, the `aws` command. */
type Call = [name: string, tries: string, action: string, command: (names: Names) => string];

const calls: Call[] = [
  [
    "starts-the-runner",
    "a build of the runner's project",
    "codebuild:StartBuild",
    ({ runner }) => `codebuild start-build --project-name ${runner}`,
  ],
  [
    "starts-another-environments-build",
    "a build of another environment's project",
    "codebuild:StartBuild",
    ({ otherProject, otherRegion }) =>
      `codebuild start-build --project-name ${otherProject} --region ${otherRegion}`,
  ],
  [
    "starts-a-batch",
    "a batch of builds, which has overrides of its own",
    "codebuild:StartBuildBatch",
    ({ project }) => `codebuild start-build-batch --project-name ${project}`,
  ],
  [
    "retries-a-build",
    "the same build once more",
    "codebuild:RetryBuild",
    ({ build }) => `codebuild retry-build --id ${build}`,
  ],
  [
    "stops-a-build",
    "ends an apply half-way",
    "codebuild:StopBuild",
    ({ build }) => `codebuild stop-build --id ${build}`,
  ],
  [
    "changes-the-project",
    "another buildspec for the project itself",
    "codebuild:UpdateProject",
    ({ project }) => `codebuild update-project --name ${project} --source type=NO_SOURCE,buildspec=evil.yml`,
  ],
  [
    "deletes-the-project",
    "deletes the project",
    "codebuild:DeleteProject",
    ({ project }) => `codebuild delete-project --name ${project}`,
  ],
  [
    "makes-a-webhook",
    "has the project take jobs of workflows",
    "codebuild:CreateWebhook",
    ({ project }) => `codebuild create-webhook --project-name ${project}`,
  ],
  [
    "looks-at-the-runners-builds",
    "builds of the runner's project",
    "codebuild:BatchGetBuilds",
    ({ runner, build }) => `codebuild batch-get-builds --ids ${runner}:${build.split(":")[1] ?? ""}`,
  ],
  [
    "reads-the-runners-log",
    "the log of the runner's builds",
    "logs:GetLogEvents",
    ({ runner }) => `logs get-log-events --log-group-name /aws/codebuild/${runner} --log-stream-name any`,
  ],
  [
    "writes-its-log",
    "lines of its own in the log of the build that applies",
    "logs:PutLogEvents",
    ({ project }) =>
      `logs put-log-events --log-group-name /aws/codebuild/${project} --log-stream-name any --log-events timestamp=1,message=applied`,
  ],
  [
    "describes-the-cluster",
    "the address of the cluster",
    "eks:DescribeCluster",
    ({ cluster }) => `eks describe-cluster --name ${cluster}`,
  ],
  [
    "makes-an-access-entry",
    "an access entry of its own",
    "eks:CreateAccessEntry",
    ({ cluster, role }) => `eks create-access-entry --cluster-name ${cluster} --principal-arn ${role}`,
  ],
  [
    "takes-the-builds-role",
    "the role of the build, which may write to the cluster",
    "sts:AssumeRole",
    ({ buildRole }) => `sts assume-role --role-arn ${buildRole} --role-session-name more`,
  ],
  [
    "gives-itself-more",
    "a policy of its own",
    "iam:PutRolePolicy",
    ({ role }) =>
      `iam put-role-policy --role-name ${role.split("/").at(-1) ?? ""} --policy-name more --policy-document {}`,
  ],
];

/** What there is, as an administrator of the account sees it. */
function namesOf(world: ReleasedWorld): Promise<Names> {
  return world.once("the names", async () => {
    const { deployment } = world.region(attacked);
    const { deployment: elsewhere } = world.region(other);
    const { buildId } = await stolenRelease(world);
    const {
      applyProjectName: project = "",
      runnerProjectName: runner,
      clusterName: cluster,
      region,
    } = deployment;
    const args = [
      "codebuild",
      "batch-get-projects",
      "--names",
      project,
      "--query",
      "projects[0].serviceRole",
    ];
    const { stdout } = await world.sandbox.aws([...args, "--output", "text"], { region });
    return {
      project,
      runner,
      cluster,
      region,
      build: buildId,
      role: deployment.releaseRoleArn ?? "",
      buildRole: stdout.trim(),
      otherProject: elsewhere.applyProjectName ?? "",
      otherRegion: elsewhere.region,
    };
  });
}

/** Runs the `aws` command as the release. */
async function awsAsTheRelease(world: ReleasedWorld, command: string) {
  const { credentials } = await stolenRelease(world);
  const { region } = world.region(attacked).deployment;
  const words = command.split(" ");
  const env = { ...variablesOf(credentials), AWS_DEFAULT_REGION: region, AWS_REGION: region };
  return world.sandbox.run("aws", [...words, "--output", "json"], { cwd: process.cwd(), env });
}

/** Everything but what the release's role is for, with its own credentials. */
export const releaseRoleAttacks: Attack<ReleasedWorld>[] = [
  ...calls.map(([name, tries, action, command]): Attack<ReleasedWorld> => ({
    name: `release-role-${name}`,
    attacker: "stolen credential",
    tries,
    verdict: held(`the release role's policy, which has not ${action} for it (releasePolicy)`),
    play: async (world) => {
      const { exitCode, all } = await awsAsTheRelease(world, command(await namesOf(world)));
      must(exitCode !== 0, `AWS did it: ${all}`);
      return denial(action, all);
    },
  })),
  {
    name: "release-role-in-the-cluster",
    attacker: "stolen credential",
    tries: "asks the API server itself, with a token of EKS for the release's role",
    verdict: held("the role has no access entry: the API server does not know it"),
    play: async (world) => {
      const { cluster, region } = await namesOf(world);
      const { stdout } = await awsAsTheRelease(
        world,
        `eks get-token --cluster-name ${cluster} --region ${region}`,
      );
      const { token } = (JSON.parse(stdout) as { status: { token: string } }).status;
      const client = await Client.of(await world.sandbox.adminKubeconfig(region), token);
      const { status, body } = await client.send({ method: "GET", path: "/api/v1/namespaces" });
      client.close();
      must(status === 401, `the API server answers ${String(status)} ${body}`);
      return `the API server answers ${String(status)}`;
    },
  },
];
