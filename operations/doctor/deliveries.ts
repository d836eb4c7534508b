import type { Facts } from "./facts";
import { CannotLook, dependsOn } from "./lookup";

/** A webhook of a repository, as far as it is looked at. https://docs.github.com/rest/repos/webhooks */
export interface Hook {
  id: number;
  active: boolean;
  events: string[];
  config: { url?: string };
}

/** A delivery of a queued job that asked for the project. */
export interface Delivery {
  id: number;
  delivered_at: string;
  status: string;
  status_code: number;
  /** What CodeBuild answered. */
  answer: string;
}

type ListedDelivery = Omit<Delivery, "answer"> & { event: string; action: string | null };

interface DeliveryDetail {
  request: { payload?: { workflow_job?: { labels?: string[] } } };
  response: { payload?: unknown };
}

/** What a token needs for webhooks and their deliveries. */
const hookPermission = "Webhooks: read (classic token: admin:repo_hook)";

/** Deliveries that are opened, newest first: every project of the repository hears of every job. */
const opened = 20;

/** Path of the target repository in GitHub's API. */
export function repositoryPath({ subject }: Facts): string {
  return `/repos/${subject.settings.targetRepository.fullName}`;
}

/**
 * The repository's webhook that leads to the project, if there is one.
 * @throws CannotLook if the token may not see webhooks, which GitHub answers with 404
 */
export function findHook(facts: Facts): Promise<Hook | undefined> {
  return facts.once("hook", async () => {
    const { webhook } = await facts.project();
    if (!webhook) throw dependsOn("a webhook of the project");
    const { github } = facts.subject;
    const hooks = await github.get<Hook[]>(`${repositoryPath(facts)}/hooks?per_page=100`, hookPermission);
    if (!hooks)
      throw new CannotLook(`needs a GitHub token with ${hookPermission}`, "export GITHUB_TOKEN=...");
    return hooks.find(
      ({ id, config }) =>
        (config.url !== undefined && config.url === webhook.payloadUrl) ||
        webhook.url?.endsWith(`/hooks/${String(id)}`) === true,
    );
  });
}

/** The last delivery of a job that asked for the project, among the last that are opened. */
export function lastDelivery(facts: Facts, hook: Hook): Promise<Delivery | undefined> {
  return facts.once("delivery", async () => {
    const path = `${repositoryPath(facts)}/hooks/${String(hook.id)}/deliveries`;
    const { github } = facts.subject;
    const listed = (await github.get<ListedDelivery[]>(`${path}?per_page=100`, hookPermission)) ?? [];
    const queued = listed.filter(({ event, action }) => event === "workflow_job" && action === "queued");
    for (const delivery of queued.slice(0, opened)) {
      const detail = await github.get<DeliveryDetail>(`${path}/${String(delivery.id)}`, hookPermission);
      if (!detail || !asksFor(facts, detail)) continue;
      return { ...delivery, answer: answerOf(detail) };
    }
    return undefined;
  });
}

function asksFor({ runner }: Facts, { request }: DeliveryDetail): boolean {
  const label = `codebuild-${runner.projectName}-`;
  return request.payload?.workflow_job?.labels?.some((one) => one.startsWith(label)) ?? false;
}

function answerOf({ response: { payload } }: DeliveryDetail): string {
  if (payload === undefined || payload === null) return "";
  return (typeof payload === "string" ? payload : JSON.stringify(payload)).trim().slice(0, 300);
}
