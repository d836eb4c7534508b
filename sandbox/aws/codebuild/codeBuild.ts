import { Hono } from "hono";
import type { EC2Client } from "@aws-sdk/client-ec2";
import { z } from "zod";
import { consolePaths } from "../consolePaths";
import type { Service } from "../service";
import { BuildQueue } from "./buildQueue";
import { Builds } from "./builds";
import { receiveDelivery } from "./deliveries";
import { Judgements } from "./judgements";
import { playBuild, type BuildWorld } from "./playBuild";
import { Projects } from "./projects";
import type { RepositoryHooks } from "./repositoryHooks";
import { codeBuildService } from "./service";
import { moveHooks } from "./webhookOperations";

/** What CodeBuild stands on. */
export interface CodeBuildOptions extends Omit<BuildWorld, "builds"> {
  /** Folder of its state. */
  directory: string;
  ec2: (region: string) => EC2Client;
  hooks: RepositoryHooks;
  /** URL of the local AWS, once it listens. */
  address: () => string;
}

/** A CodeBuild that judges, queues and plays builds. */
export interface CodeBuild {
  service: Service;
  /** How many builds a region runs at once. */
  concurrentBuilds: (region: string) => number;
  /** Where GitHub's hooks and the console come in. */
  routes: Hono;
  /** To be called when the address is known: hooks of an earlier run may lead to another port. */
  listening(): Promise<void>;
  /** Stops all builds. */
  close(): Promise<void>;
}

const webhookPath = "/-/codebuild/webhooks";

/** Opens CodeBuild with the state that its folder has. */
export function openCodeBuild(options: CodeBuildOptions): CodeBuild {
  const { directory, address, clock } = options;
  const builds = new Builds(directory);
  const projects = new Projects(directory);
  const judgements = new Judgements(directory);
  const queue = new BuildQueue(builds, clock, playBuild({ ...options, builds }));
  const webhookUrl = (region: string, project: string) => `${address()}${webhookPath}/${region}/${project}`;
  const world = { ...options, projects, builds, queue, webhookUrl };

  const routes = new Hono()
    .post(`${webhookPath}/:region/:project`, async (context) => {
      const { region, project } = context.req.param();
      const { status, message } = receiveDelivery(
        { projects, builds, queue, judgements },
        {
          region,
          project,
          event: context.req.header("x-github-event"),
          id: context.req.header("x-github-delivery"),
          signature: context.req.header("x-hub-signature-256"),
          body: await context.req.text(),
        },
      );
      return context.json({ message }, status);
    })
    .get(consolePaths.builds, (context) => context.json(judgements.list(builds)))
    .post(consolePaths.concurrentBuilds, async (context) => {
      const { region, limit } = concurrentBuilds.parse(await context.req.json());
      builds.setQuota(region, limit);
      queue.startNext(region);
      return context.json({ region, limit });
    });
  return {
    service: codeBuildService(world),
    concurrentBuilds: (region) => builds.quota(region),
    routes,
    listening: () => moveHooks(world),
    close: async () => {
      await queue.close();
      builds.flush();
    },
  };
}

const concurrentBuilds = z.object({ region: z.string(), limit: z.int().min(0) });
