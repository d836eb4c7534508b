import { createHmac, randomUUID } from "node:crypto";
import { join } from "node:path";
import { timestamp, type Clock } from "../clock";
import type { GitHubEvent } from "../events";
import { Records } from "../records";
import { repositoryResource, user, type Links } from "../resources";

/** A repository's webhook. */
export interface Hook {
  id: number;
  repository: string;
  repositoryId: number;
  events: string[];
  active: boolean;
  url: string;
  contentType: "json" | "form";
  insecureSsl: string;
  secret?: string;
  createdAt: string;
  updatedAt: string;
}

/** One attempt to tell a hook of an event. */
export interface Delivery {
  id: number;
  hookId: number;
  guid: string;
  deliveredAt: string;
  redelivery: boolean;
  /** Seconds. */
  duration: number;
  /** 0 where there was no answer. */
  statusCode: number;
  status: string;
  event: string;
  action: string | null;
  repositoryId: number;
  request: { headers: Record<string, string>; payload: object };
  response: { headers: Record<string, string>; payload: string };
}

/** An answer that takes longer counts as none: https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks */
const answerMilliseconds = 10_000;

/** Webhooks and what became of their deliveries. */
export class Hooks {
  readonly hooks: Records<Hook>;
  readonly deliveries: Records<Delivery>;
  /**
   * Deliveries go out at once, not one after the other: GitHub's do not wait for each other's answers. Only those of one
   * job keep their order, so that a build hears that its job is queued before it hears that it is cancelled.
   */
  private readonly lines = new Map<string, Promise<unknown>>();

  constructor(
    folder: string,
    private readonly clock: Clock,
    private readonly links: () => Links,
  ) {
    this.hooks = new Records(join(folder, "hooks"), 400_000_001);
    this.deliveries = new Records(join(folder, "deliveries"), 90_000_000_001);
  }

  /** Tells every hook that wants this event; does not wait for their answers. */
  deliver(event: GitHubEvent): void {
    const wanted = this.hooks
      .all()
      .filter(
        ({ active, repository, events }) =>
          active &&
          repository === event.repository.fullName &&
          (events.includes(event.name) || events.includes("*")),
      );
    let whole: Promise<object> | undefined;
    const payload = () => (whole ??= this.whole(event));
    const subject = (event.payload.workflow_job as { id: number } | undefined)?.id;
    for (const hook of wanted) this.post(hook, event.name, payload, { subject });
  }

  /** Sends a payload to a hook once more. */
  redeliver(hook: Hook, { event, request, guid }: Delivery): void {
    this.post(hook, event, () => Promise.resolve(request.payload), { redelivered: guid });
  }

  /** Tells a new hook that it is one. */
  ping(hook: Hook, event: Omit<GitHubEvent, "name" | "payload">): void {
    const payload = { zen: "Design for failure.", hook_id: hook.id, hook: hookResource(this.links(), hook) };
    this.post(hook, "ping", () => this.whole({ ...event, payload }));
  }

  /** Waits until all that was to be told has been told. */
  async idle(): Promise<void> {
    await Promise.all(this.lines.values());
  }

  private async whole({ payload, repository, sender }: Omit<GitHubEvent, "name">): Promise<object> {
    return {
      ...payload,
      repository: await repositoryResource(this.links(), repository, "write"),
      sender: user(this.links(), sender),
    };
  }

  private post(
    hook: Hook,
    event: string,
    payload: () => Promise<object>,
    { subject, redelivered }: { subject?: number; redelivered?: string } = {},
  ): void {
    const key = `${hook.id} ${event} ${subject}`;
    const line = (this.lines.get(key) ?? Promise.resolve())
      .then(async () => {
        await this.send(hook, event, await payload(), redelivered);
      })
      .catch((error: unknown) => {
        console.error(error);
      })
      .finally(() => {
        if (this.lines.get(key) === line) this.lines.delete(key);
      });
    this.lines.set(key, line);
  }

  private async send(hook: Hook, event: string, payload: object, redelivered?: string): Promise<void> {
    const json = JSON.stringify(payload);
    const isJson = hook.contentType === "json";
    const body = isJson ? json : new URLSearchParams({ payload: json }).toString();
    const guid = redelivered ?? randomUUID();
    const headers: Record<string, string> = {
      "content-type": isJson ? "application/json" : "application/x-www-form-urlencoded",
      "user-agent": "GitHub-Hookshot/sandbox",
      "X-GitHub-Delivery": guid,
      "X-GitHub-Event": event,
      "X-GitHub-Hook-ID": String(hook.id),
      "X-GitHub-Hook-Installation-Target-ID": String(hook.repositoryId),
      "X-GitHub-Hook-Installation-Target-Type": "repository",
    };
    if (hook.secret !== undefined) headers["X-Hub-Signature-256"] = `sha256=${signature(hook.secret, body)}`;
    const deliveredAt = timestamp(this.clock);
    const start = Date.now();
    const answer = await answerOf(hook.url, headers, body);
    // A hook that was deleted meanwhile keeps no record.
    if (this.hooks.get(hook.id) === undefined) return;
    this.deliveries.add((deliveryId) => ({
      id: deliveryId,
      hookId: hook.id,
      guid,
      deliveredAt,
      redelivery: redelivered !== undefined,
      duration: (Date.now() - start) / 1000,
      ...answer,
      event,
      action: (payload as { action?: string }).action ?? null,
      repositoryId: hook.repositoryId,
      request: { headers, payload },
    }));
  }
}

/** A hook as the REST API shows it; its secret is hidden. */
export function hookResource(links: Links, hook: Hook) {
  const url = `${links.api}/repos/${hook.repository}/hooks/${hook.id}`;
  return {
    type: "Repository",
    id: hook.id,
    name: "web",
    active: hook.active,
    events: hook.events,
    config: {
      url: hook.url,
      content_type: hook.contentType,
      insecure_ssl: hook.insecureSsl,
      ...(hook.secret === undefined ? {} : { secret: "********" }),
    },
    created_at: hook.createdAt,
    updated_at: hook.updatedAt,
    url,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
  };
}

async function answerOf(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Pick<Delivery, "statusCode" | "status" | "response">> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(answerMilliseconds),
    });
    return {
      statusCode: answer.status,
      status: answer.ok ? "OK" : `Invalid HTTP Response: ${answer.status}`,
      response: { headers: Object.fromEntries(answer.headers), payload: await answer.text() },
    };
  } catch (error) {
    const timedOut = (error as Error).name === "TimeoutError";
    return {
      statusCode: 0,
      status: timedOut ? "timed out" : "failed to connect to host",
      response: { headers: {}, payload: "" },
    };
  }
}

function signature(secret: string, body: string): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}
