import { join } from "node:path";
import { AwsError } from "../error";
import { Store } from "../store";
import type { CreateProjectInput, WebhookFilter } from "./shapes";

/** A webhook, as BatchGetProjects shows it; the secret is shown once. */
export interface Webhook {
  url: string;
  payloadUrl: string;
  branchFilter?: string;
  filterGroups: WebhookFilter[][];
  buildType: string;
  manualCreation: boolean;
  /** Seconds since 1970. */
  lastModifiedSecret: number;
  pullRequestBuildPolicy: { requiresCommentApproval: string; approverRoles?: string[] };
}

type Given = Omit<CreateProjectInput, "badgeEnabled">;

/** A project, as BatchGetProjects shows it. Times are seconds since 1970. */
export type Project = Given &
  Required<
    Pick<Given, "timeoutInMinutes" | "queuedTimeoutInMinutes" | "encryptionKey" | "tags" | "logsConfig">
  > & {
    arn: string;
    created: number;
    lastModified: number;
    badge: { badgeEnabled: boolean };
    projectVisibility: "PRIVATE";
    webhook?: Webhook;
  };

/** `owner/name` of a project's source. */
export function repositoryOf({ source }: Project): string {
  return (source.location ?? "").replace("https://github.com/", "").replace(/\.git$/, "");
}

/** The account's credential for a kind of server; the token stays with CodeBuild. */
export interface SourceCredential {
  arn: string;
  serverType: string;
  authType: string;
  /** ARN of the connection or secret, where it is one. */
  resource?: string;
}

interface RegionState {
  projects: Record<string, Project>;
  credentials: SourceCredential[];
  /** By project: what GitHub signs with. */
  webhookSecrets: Record<string, string>;
}

const nothing = (): RegionState => ({ projects: {}, credentials: [], webhookSecrets: {} });

/** What CodeBuild remembers, for each region. */
export class Projects {
  private readonly store: Store<Record<string, RegionState>>;

  constructor(directory: string) {
    this.store = Store.open(join(directory, "codebuild.json"), {});
  }

  private in(region: string): RegionState {
    return this.store.get()[region] ?? nothing();
  }

  regions(): string[] {
    return Object.keys(this.store.get());
  }

  names(region: string): string[] {
    return Object.keys(this.in(region).projects).sort();
  }

  /** @param nameOrArn CodeBuild takes either */
  find(region: string, nameOrArn: string): Project | undefined {
    return Object.values(this.in(region).projects).find(
      ({ name, arn }) => name === nameOrArn || arn === nameOrArn,
    );
  }

  /** @throws AwsError ResourceNotFoundException */
  get(region: string, nameOrArn: string): Project {
    const project = this.find(region, nameOrArn);
    if (!project) throw new AwsError("ResourceNotFoundException", `Project cannot be found: ${nameOrArn}`);
    return project;
  }

  put(region: string, project: Project): Project {
    this.change(region, ({ projects }) => {
      projects[project.name] = project;
    });
    return project;
  }

  delete(region: string, nameOrArn: string): void {
    const project = this.find(region, nameOrArn);
    if (!project) return;
    this.change(region, (state) => {
      state.projects = Object.fromEntries(
        Object.entries(state.projects).filter(([name]) => name !== project.name),
      );
    });
  }

  webhookSecret(region: string, project: string): string | undefined {
    return this.in(region).webhookSecrets[project];
  }

  setWebhookSecret(region: string, project: string, secret: string): void {
    this.change(region, ({ webhookSecrets }) => {
      webhookSecrets[project] = secret;
    });
  }

  credentials(region: string): SourceCredential[] {
    return this.in(region).credentials;
  }

  setCredentials(region: string, credentials: SourceCredential[]): void {
    this.change(region, (state) => {
      state.credentials = credentials;
    });
  }

  private change(region: string, change: (state: RegionState) => void): void {
    this.store.change((value) => {
      change((value[region] ??= nothing()));
    });
  }
}
