import {
  BatchGetBuildsCommand,
  CreateProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
  type Build,
  type StartBuildCommandInput,
} from "@aws-sdk/client-codebuild";
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { execa } from "execa";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { setTimeout } from "node:timers/promises";
import { accountId, connectionArn } from "../../../sandbox/world";
import { startWorld, type World } from "../github/world";
import {
  codeBuildTrust,
  connectionStatement,
  localAws,
  makeRole,
  refusal,
  statement,
  type Clients,
  type LocalAws,
} from "./localAws";
import { logStatement } from "./hookedWorld";

const location = "https://github.com/example-org/kubernetes-manifests";
const source = (buildspec: string) => ({
  type: "GITHUB" as const,
  location,
  auth: { type: "CODECONNECTIONS" as const, resource: connectionArn },
  buildspec,
});
const buildspec = `version: 0.2
env:
  shell: bash
  git-credential-helper: yes
  variables: { FROM: buildspec }
phases:
  install:
    runtime-versions: { nodejs: 22 }
  pre_build:
    commands:
      - WORD=kept
      - cd k8s
  build:
    commands:
      - echo "$WORD in $(basename "$PWD") by $FROM, deletes $K8S_APPLY_DELETE"
      - git fetch -q origin main
      - git merge-base --is-ancestor "$CODEBUILD_RESOLVED_SOURCE_VERSION" FETCH_HEAD
      - echo "remote is $(git config remote.origin.url), role is $AWS_ACCESS_KEY_ID"
  post_build:
    commands:
      - echo "succeeding $CODEBUILD_BUILD_SUCCEEDING"
`;

describe("builds that are started at the local AWS's CodeBuild", function () {
  this.timeout(300_000);
  let github: World;
  let aws: LocalAws;
  let clients: Clients;
  let base: string;

  before(async () => {
    github = await startWorld();
    aws = await localAws({
      github: { url: `http://127.0.0.1:${String(github.service().port)}`, token: "administrator-token" },
    });
    clients = aws.clients();
    base = await git("rev-parse", "main");
    await makeProject("apply", buildspec);
    await makeProject("blind", buildspec.replace("  git-credential-helper: yes\n", ""));
  });
  after(async () => {
    await aws.stop();
    await github.end();
  });

  const git = async (...args: string[]) =>
    (await execa("git", ["--git-dir", github.repository, ...args])).stdout;

  async function makeProject(name: string, text: string) {
    const policy = statement(connectionStatement, logStatement);
    await clients.codebuild.send(
      new CreateProjectCommand({
        name,
        serviceRole: await makeRole(clients, name, { trust: codeBuildTrust(name), policy }),
        source: source(text),
        artifacts: { type: "NO_ARTIFACTS" },
        environment: {
          type: "LINUX_CONTAINER",
          image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
          computeType: "BUILD_GENERAL1_SMALL",
          environmentVariables: [{ name: "K8S_APPLY_DELETE", value: "nothing" }],
        },
      }),
    );
  }

  const start = async (input: Partial<StartBuildCommandInput> = {}, from = clients) => {
    const { build } = await from.codebuild.send(new StartBuildCommand({ projectName: "apply", ...input }));
    return build?.id ?? "";
  };
  const seen = async (id: string) =>
    (await clients.codebuild.send(new BatchGetBuildsCommand({ ids: [id] }))).builds?.[0];
  const until = async (id: string, isWanted: (build: Build) => boolean) => {
    for (const end = Date.now() + 120_000; Date.now() < end;) {
      const build = await seen(id);
      if (build && isWanted(build)) return build;
      await setTimeout(100);
    }
    throw new Error(`The build is not as wanted: ${JSON.stringify((await seen(id))?.phases)}`);
  };
  const ended = (id: string) => until(id, ({ buildComplete }) => buildComplete === true);
  const logOf = async ({ logs }: Build) => {
    const { groupName: logGroupName, streamName: logStreamName } = logs ?? {};
    const { events } = await clients.logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
    );
    return (events ?? []).map(({ message }) => message).join("\n");
  };
  const failureOf = ({ phases }: Build) =>
    phases?.find(({ phaseStatus }) => phaseStatus === "FAILED")?.contexts?.[0]?.message;

  it("clones a commit, runs the buildspec's commands in one shell and writes what they say", async () => {
    const environmentVariablesOverride = [{ name: "K8S_APPLY_DELETE", value: "a b" }];
    const build = await ended(await start({ sourceVersion: base, environmentVariablesOverride }));
    const log = await logOf(build);
    expect(build.buildStatus, log).to.equal("SUCCEEDED");
    expect(build.resolvedSourceVersion).to.equal(base);
    expect(build.initiator).to.equal("root");
    expect(log).to.match(/^kept in k8s by buildspec, deletes a b$/m);
    expect(log).to.match(new RegExp(`^remote is ${location}, role is ASIA`, "m"));
    expect(log).to.match(/^succeeding 1$/m);
    expect(build.phases?.map(({ phaseType }) => phaseType)).to.include.members(["INSTALL", "POST_BUILD"]);
  });

  it("fails with the command that fails, after which POST_BUILD comes all the same", async () => {
    await git("branch", "--force", "unmerged", "main");
    const tree = await git("rev-parse", "main^{tree}");
    const unmerged = await git(
      ...["-c", "user.name=a", "-c", "user.email=a@example.org"],
      ...["commit-tree", tree, "-p", "main", "-m", "Unmerged"],
    );
    await git("update-ref", "refs/heads/unmerged", unmerged);
    const build = await ended(await start({ sourceVersion: unmerged }));
    expect(build.buildStatus).to.equal("FAILED");
    expect(failureOf(build)).to.match(/merge-base --is-ancestor.*exit status 1/);
    expect(await logOf(build)).to.match(/^succeeding 0$/m);
  });

  it("fails where the version is none, and where git has no credentials", async () => {
    const lost = await ended(await start({ sourceVersion: "0".repeat(40) }));
    expect(failureOf(lost)).to.match(/for primary source and source version 0{40}/);
    const blind = await ended(await start({ projectName: "blind", sourceVersion: base }));
    expect(failureOf(blind)).to.match(/git fetch.*exit status 128/);
  });

  it("stops a build with all that it has started", async () => {
    const sleeping = buildspec.replace("- WORD=kept", "- echo going; sleep 600");
    const id = await start({ buildspecOverride: sleeping });
    await until(id, ({ currentPhase }) => currentPhase === "PRE_BUILD");
    await clients.codebuild.send(new StopBuildCommand({ id }));
    expect((await ended(id)).buildStatus).to.equal("STOPPED");
  });

  it("starts nothing twice for one token", async () => {
    const idempotencyToken = "one";
    expect(await start({ idempotencyToken })).to.equal(await start({ idempotencyToken }));
  });

  it("refuses what a build here cannot have, and a project that is not there", async () => {
    expect((await refusal(start({ debugSessionEnabled: true }))).code).to.equal("InvalidInputException");
    expect((await refusal(start({ projectName: "gone" }))).code).to.equal("ResourceNotFoundException");
    const image = await ended(await start({ imageOverride: "docker.io/library/alpine" }));
    expect(image.buildStatus).to.equal("FAILED");
    const secret = { name: "K8S_APPLY_DELETE", value: "secret", type: "SECRETS_MANAGER" as const };
    const typed = await ended(await start({ environmentVariablesOverride: [secret] }));
    expect(failureOf(typed)).to.match(/may not read the value of K8S_APPLY_DELETE/);
  });

  it("names the project whose builds they are in its ARNs", async () => {
    const build = await seen(await start());
    expect(build?.arn).to.match(new RegExp(`^arn:aws:codebuild:ap-northeast-1:${accountId}:build/apply:`));
  });
});
