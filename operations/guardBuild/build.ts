import { setTimeout as pause } from "node:timers/promises";
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchGetBuildsCommand,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
  type Build,
} from "@aws-sdk/client-codebuild";
import { DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import type { AwsClients } from "../doctor/awsClients";
import { orNothing } from "../doctor/lookup";
import type { Say } from "../guardInstall";

/** Between two looks at a build, in milliseconds. */
const betweenLooks = 2_000;

/** How long builds are begun anew while IAM does not show the role's policy yet, in milliseconds. */
const longestLag = 120_000;

/**
 * Runs a build of the project and says what its log says.
 * @throws Error with why, if it does not succeed; and when the signal comes, after the build was stopped
 */
export async function runBuild(
  projectName: string,
  clients: AwsClients,
  { say, signal }: { say: Say; signal: AbortSignal },
): Promise<void> {
  const lagEnds = Date.now() + longestLag;
  for (;;) {
    const build = await followed(projectName, clients, say, signal);
    if (build.buildStatus === "SUCCEEDED") return;
    const phase = build.phases?.find(({ phaseStatus }) => phaseStatus !== "SUCCEEDED");
    const { statusCode = "", message = "" } = phase?.contexts?.[0] ?? {};
    const isLag = statusCode === "ACCESS_DENIED" || message.includes("UnauthorizedOperation");
    if (!isLag || Date.now() > lagEnds || signal.aborted)
      throw new Error(
        `The build ended with ${build.buildStatus ?? ""} in the phase ${phase?.phaseType ?? ""}: ` +
          // CodeBuild repeats the command, which has the whole program in it.
          (message.replace(/[\w+/=]{200,}/g, "...") || "see its log above"),
      );
    say("The build does not have the rights of its new role yet. Beginning anew ...");
    await pause(betweenLooks);
  }
}

async function followed(
  projectName: string,
  clients: AwsClients,
  say: Say,
  signal: AbortSignal,
): Promise<Build> {
  const { codeBuild } = clients;
  const { build: started } = await codeBuild.send(new StartBuildCommand({ projectName }));
  const id = started?.id ?? "";
  say(`Build ${id} has started.`);
  const log = new BuildLog(clients, say);
  for (;;) {
    const { builds } = await codeBuild.send(new BatchGetBuildsCommand({ ids: [id] }));
    const build = builds?.[0];
    if (!build) throw new Error(`CodeBuild does not know the build ${id}.`);
    await log.show(build);
    if (build.buildComplete) return build;
    if (signal.aborted) await stop(id, clients);
    await pause(betweenLooks, undefined, { signal }).catch(() => pause(betweenLooks / 4));
  }
}

async function stop(id: string, { codeBuild }: AwsClients): Promise<void> {
  await orNothing(codeBuild.send(new StopBuildCommand({ id })));
}

/** The log of a build, as far as it was shown. */
class BuildLog {
  private nextToken: string | undefined;

  constructor(
    private readonly clients: AwsClients,
    private readonly say: Say,
  ) {}

  async show({ logs }: Build): Promise<void> {
    const { groupName: logGroupName, streamName: logStreamName } = logs ?? {};
    if (logGroupName === undefined || logStreamName === undefined) return;
    const place = { logGroupName, logStreamName, startFromHead: true };
    for (;;) {
      const page = await orNothing(
        this.clients.logs.send(new GetLogEventsCommand({ ...place, nextToken: this.nextToken })),
      );
      for (const { message = "" } of page?.events ?? []) this.say(`  ${message.trimEnd()}`);
      const isEnd = page?.nextForwardToken === undefined || page.nextForwardToken === this.nextToken;
      this.nextToken = page?.nextForwardToken ?? this.nextToken;
      if (isEnd) return;
    }
  }
}

/** Builds of a project that are not over. */
export async function openBuilds(projectName: string, { codeBuild }: AwsClients): Promise<string[]> {
  const { ids = [] } =
    (await orNothing(codeBuild.send(new ListBuildsForProjectCommand({ projectName })))) ?? {};
  if (ids.length === 0) return [];
  const { builds = [] } = await codeBuild.send(new BatchGetBuildsCommand({ ids: ids.slice(0, 100) }));
  return builds.flatMap(({ id, buildComplete }) => (buildComplete || id === undefined ? [] : [id]));
}

/**
 * Waits until CodeBuild has taken away the network interfaces of a project's builds, which it does some time after a build
 * and with the project's role: without the role they would stay.
 * @param seconds longest wait
 */
export async function untilInterfacesGone(
  projectName: string,
  { codeBuild, ec2 }: AwsClients,
  seconds: number,
): Promise<void> {
  const { ids = [] } =
    (await orNothing(codeBuild.send(new ListBuildsForProjectCommand({ projectName })))) ?? {};
  if (ids.length === 0) return;
  const { builds = [] } = await codeBuild.send(new BatchGetBuildsCommand({ ids: ids.slice(0, 100) }));
  const Values = builds.flatMap(({ networkInterface }) => networkInterface?.networkInterfaceId ?? []);
  if (Values.length === 0) return;
  const Filters = [{ Name: "network-interface-id", Values }];
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(5_000)) {
    const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
    if (NetworkInterfaces.length === 0) return;
  }
}
