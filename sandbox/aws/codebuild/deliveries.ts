import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { judgeLabel, judgeOverrides, overridesIn } from "../../judge/label";
import { firstRefusal } from "../../judge/snapshot";
import { judgeWebhook } from "../../judge/webhook";
import { AwsError } from "../error";
import type { BuildQueue } from "./buildQueue";
import type { Builds, QueuedJob } from "./builds";
import type { Judgements } from "./judgements";
import { repositoryOf, type Project, type Projects } from "./projects";

/** What GitHub sends to a project's webhook. */
export interface Delivery {
  /** AWS region code, from the address. */
  region: string;
  /** Name of the project, from the address. */
  project: string;
  /** `X-GitHub-Event`. */
  event: string | undefined;
  /** `X-GitHub-Delivery`. */
  id: string | undefined;
  /** `X-Hub-Signature-256`. */
  signature: string | undefined;
  body: string;
}

/** What GitHub shows of the delivery. AWS does not document its answers: the texts are the sandbox's. */
export interface DeliveryAnswer {
  status: 200 | 400;
  message: string;
}

/** What a delivery is judged with. */
export interface DeliveryWorld {
  projects: Projects;
  builds: Builds;
  queue: BuildQueue;
  judgements: Judgements;
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#workflow_job */
const workflowJobEvent = z.object({
  action: z.string(),
  workflow_job: z.object({
    id: z.int(),
    run_id: z.int(),
    run_attempt: z.int(),
    name: z.string(),
    workflow_name: z.string().nullable(),
    labels: z.array(z.string()),
    conclusion: z.string().nullish(),
  }),
  repository: z.object({ full_name: z.string() }),
  sender: z.object({ id: z.int() }),
});

/** Takes a delivery of GitHub: a queued job starts a build if the webhook lets it, a cancelled one stops its build. */
export function receiveDelivery(world: DeliveryWorld, delivery: Delivery): DeliveryAnswer {
  // GitHub sends it while the hook is being made.
  if (delivery.event === "ping") return { status: 200, message: "pong" };
  const project = world.projects.find(delivery.region, delivery.project);
  if (!project?.webhook) return { status: 400, message: `No webhook exists for project ${delivery.project}` };
  const secret = world.projects.webhookSecret(delivery.region, project.name);
  if (!isSigned(delivery, secret)) return { status: 400, message: "The signature does not match" };
  if (delivery.event !== "workflow_job")
    return { status: 200, message: "The sandbox starts builds for queued jobs only" };
  const { action, workflow_job, repository, sender } = workflowJobEvent.parse(JSON.parse(delivery.body));
  const job: QueuedJob = {
    id: workflow_job.id,
    name: workflow_job.name,
    workflowName: workflow_job.workflow_name ?? "",
    runId: workflow_job.run_id,
    runAttempt: workflow_job.run_attempt,
    labels: workflow_job.labels,
    repository: repository.full_name,
    actorAccountId: String(sender.id),
  };
  // A renamed repository delivers under its new name (https://github.com/hashicorp/terraform-provider-aws/issues/47546).
  const { full_name: name } = repository;
  if (repositoryOf(project) !== name)
    return { status: 400, message: `The project's source is ${repositoryOf(project)}, not ${name}` };
  if (action === "queued") return startBuild(world, delivery, project, job);
  if (action === "completed" && workflow_job.conclusion === "cancelled") stopBuilds(world, delivery, job);
  return { status: 200, message: `Nothing to do for ${action}` };
}

function startBuild(
  { queue, judgements }: DeliveryWorld,
  { region, id = "" }: Delivery,
  project: Project,
  job: QueuedJob,
): DeliveryAnswer {
  const said = { time: new Date().toISOString(), region, project: project.name, delivery: id, job };
  const judgement = firstRefusal([
    judgeLabel(job.labels, project.name),
    judgeWebhook(project.webhook?.filterGroups ?? [], { event: "WORKFLOW_JOB_QUEUED", ...job }),
    judgeOverrides(overridesIn(job.labels), project.source.buildspec),
  ]);
  if (!judgement.ok) {
    judgements.record({ ...said, reason: judgement.reason });
    return { status: 200, message: `No build was started: ${judgement.reason}` };
  }
  try {
    const build = queue.submit(region, project, { job });
    judgements.record({ ...said, buildId: build.id });
    return { status: 200, message: `Started ${build.id}` };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    judgements.record({ ...said, reason: `${error.code}: ${error.message}` });
    return { status: 400, message: `${error.code}: ${error.message}` };
  }
}

/** The run's id in the label is there so that CodeBuild can do this. */
function stopBuilds({ builds, queue }: DeliveryWorld, { region, project }: Delivery, job: QueuedJob): void {
  for (const record of builds.in(region))
    if (record.build.projectName === project && record.job?.id === job.id) queue.stop(record);
}

/** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
function isSigned({ signature = "", body }: Delivery, secret: string | undefined): boolean {
  if (secret === undefined) return false;
  const expected = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  const actual = Buffer.from(signature);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
