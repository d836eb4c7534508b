import { z } from "zod";
import { AwsError } from "../error";
import { parseInput } from "../service";
import type { CodeBuildWorld } from "./projectOperations";
import { checkProject } from "./checks";
import type { Operation } from "./service";
import { startBuildInput } from "./shapes";
import { withOverrides } from "./startBuild";

const ids = z.array(z.string().min(1)).min(1).max(100);
const page = { sortOrder: z.enum(["ASCENDING", "DESCENDING"]).optional(), nextToken: z.string().optional() };

/** Longest list in one answer: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ListBuilds.html */
const pageSize = 100;

/** What the API has of builds. One that is started by hand runs the buildspec, also of a project with a webhook. */
export function buildOperations(world: CodeBuildWorld): Record<string, Operation> {
  const { projects, builds, queue } = world;
  const list = (all: string[], { sortOrder = "DESCENDING", nextToken = "0" }: z.infer<typeof listInput>) => {
    const sorted = sortOrder === "DESCENDING" ? all.toReversed() : all;
    const start = Number(nextToken);
    const end = start + pageSize;
    return { ids: sorted.slice(start, end), ...(end < all.length ? { nextToken: String(end) } : {}) };
  };
  return {
    StartBuild: (input, region, session) => {
      const wanted = validate(startBuildInput, input);
      const project = withOverrides(projects.get(region, wanted.projectName), wanted);
      checkProject(project, world.accountId);
      const { idempotencyToken } = wanted;
      const same = builds
        .in(region)
        .find(({ started }) => idempotencyToken && started?.idempotencyToken === idempotencyToken);
      if (same) return { build: same.build };
      // The account's owner, here, is its root user.
      const initiator = session ? `${session.roleName}/${session.sessionName}` : "root";
      return { build: queue.submit(region, project, { started: { initiator, idempotencyToken } }) };
    },
    ListBuilds: (input, region) =>
      list(
        builds.in(region).map(({ build }) => build.id),
        validate(listInput, input),
      ),
    ListBuildsForProject: (input, region) => {
      const { projectName, ...wanted } = validate(listForProjectInput, input);
      const { name } = projects.get(region, projectName);
      const ofProject = builds.in(region).filter(({ build }) => build.projectName === name);
      return list(
        ofProject.map(({ build }) => build.id),
        wanted,
      );
    },
    BatchGetBuilds: (input, region) => {
      const wanted = validate(z.object({ ids }), input).ids;
      const found = wanted.map((id) => builds.find(region, id)?.build);
      return {
        builds: found.filter((build) => build !== undefined),
        buildsNotFound: wanted.filter((_id, index) => found[index] === undefined),
      };
    },
    StopBuild: (input, region) => {
      const { id } = validate(z.object({ id: z.string().min(1) }), input);
      const record = builds.find(region, id);
      if (!record) throw new AwsError("ResourceNotFoundException", `Build not found: ${id}`);
      if (record.build.buildComplete)
        throw new AwsError("InvalidInputException", `Build ${id} has already ended`);
      queue.stop(record);
      return { build: record.build };
    },
  };
}

const listInput = z.object(page);
const listForProjectInput = z.object({ projectName: z.string().min(1), ...page });

function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  return parseInput(schema, input, "InvalidInputException");
}
