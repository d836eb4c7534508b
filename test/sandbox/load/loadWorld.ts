import type { JudgedJob } from "../../../sandbox/aws/codebuild/judgements";
import { consolePaths } from "../../../sandbox/aws/consolePaths";
import { seedAws } from "../../../sandbox/aws/seed";
import type { Executor } from "../../../sandbox/github/actions/executor";
import { startClock } from "../../../sandbox/github/clock";
import { Repository } from "../../../sandbox/github/repository";
import { accountId, connectionArn, regions } from "../../../sandbox/world";
import { workflowName } from "../../../committed/workflow";
import { makeRunner, queuedFilter } from "../aws/hookedWorld";
import { localAws } from "../aws/localAws";
import { administrator, repositoryPath, startWorld, type World } from "../github/world";
import { loadEnvironments, loadFiles } from "./committed";

/** A GitHub with the committed workflow, and a CodeBuild with the project of each region. */
export interface LoadWorld {
  github: World;
  /** Commits a file on top of a commit of main, or of the branch that it is given. @returns the commit, which no branch has yet */
  commit(parent: string, path: string, text: string): Promise<string>;
  /** Moves a branch, or makes it. */
  push(branch: string, from: string | undefined, to: string): Promise<void>;
  main(): Promise<string>;
  /** Asks GitHub, all pages of a list. */
  list<T>(path: string, key?: string): Promise<T[]>;
  setQuota(limit: number): Promise<void>;
  judgements(): Promise<JudgedJob[]>;
  unknownRoutes(): string[];
  /** Waits, by the world's clock. */
  sleep(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the two services and makes the projects.
 * @param executor runs the jobs. @default act
 * @param speed how many times as fast as the real time all of it runs.
 * @param variables of every build's machine.
 */
export async function startLoadWorld({
  executor,
  speed,
  variables = {},
}: {
  executor?: Executor;
  speed: number;
  variables?: Record<string, string>;
}): Promise<LoadWorld> {
  const clock = startClock(speed);
  const github = await startWorld({ clock, ...(executor && { executor }) });
  const aws = await localAws({
    seeded: false,
    clock,
    github: { url: `http://127.0.0.1:${String(github.service().port)}`, token: administrator },
    runners: github.service().runners,
    openBuild: ({ region }) =>
      Promise.resolve({
        environment: { PATH: process.env.PATH ?? "", AWS_REGION: region, ...variables },
        close: () => Promise.resolve(),
      }),
  });
  await seedAws({ endpoint: aws.endpoint(), regions, accountId, connectionArn });
  const repository = Repository.named(github.directory, "example-org/kubernetes-manifests");
  const person = { name: "Someone", email: "someone@example.org", date: "2026-11-23T10:00:00Z" };
  const world: LoadWorld = {
    github,
    commit: async (parent, path, text) => {
      const blob = await repository.write(Buffer.from(text));
      const message = `Change ${path}`;
      return repository.commitFile({ parent, path, blob, message, author: person, committer: person });
    },
    push: (branch, from, to) => repository.moveRef(`refs/heads/${branch}`, from, to),
    main: async () => (await repository.object("refs/heads/main")) ?? "",
    list: async <T>(path: string, key?: string) => {
      const all: T[] = [];
      for (let page = 1; ; page += 1) {
        const address = `${repositoryPath}${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${String(page)}`;
        const { json, status, text } = await github.ask<Record<string, T[]> | T[]>("GET", address);
        if (status !== 200) throw new Error(`${address}: ${text}`);
        const some = Array.isArray(json) ? json : (json[key ?? ""] ?? []);
        all.push(...some);
        if (some.length < 100) return all;
      }
    },
    setQuota: async (limit) => {
      for (const { region } of regions) {
        const body = JSON.stringify({ region, limit });
        await fetch(aws.endpoint() + consolePaths.concurrentBuilds, { method: "POST", body });
      }
    },
    judgements: async () => (await (await fetch(aws.endpoint() + consolePaths.builds)).json()) as JudgedJob[],
    unknownRoutes: () => [...aws.unknownRoutes(), ...github.store.read().unknownRoutes],
    sleep: (seconds) => clock.sleep(seconds * 1000),
    stop: async () => {
      await github.end();
      await aws.stop();
    },
  };
  for (const { runner } of loadEnvironments) {
    const filters = [queuedFilter, { type: "WORKFLOW_NAME" as const, pattern: `^${workflowName}$` }];
    if (runner) await makeRunner(aws, runner.projectName, { region: runner.region, filters });
  }
  const before = await world.main();
  let main = before;
  for (const { path, content } of loadFiles()) main = await world.commit(main, path, content);
  await world.push("main", before, main);
  return world;
}
