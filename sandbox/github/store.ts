import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import type { Permissions } from "./actions/permissions";
import type { Organization } from "./actions/runnerGroups";
import type { EnvironmentState } from "./environments/environment";
import type { Ruleset } from "./rulesets/ruleset";

/** A token and what it may do: a person's classic personal access token, that of an app's installation, or a job's. */
export interface Token {
  /** Login of the user that the token belongs to; author of its commits. */
  login: string;
  /** OAuth scopes, such as `repo` and `workflow`. */
  scopes: string[];
  /** The user's role on the repositories; only `admin` sees and changes branch protection. */
  role: "admin" | "write";
  /** Only of a job's token: the one repository that it is for, and its permissions there. */
  job?: { repository: string; permissions: Permissions };
  /** Only of an app's token: its App ID, and its permissions on each repository. */
  app?: { id: number; permissions: Permissions };
  /** Only of a fine-grained personal access token: the repositories that it reaches, and its permissions there. */
  fineGrained?: { repositories: string[]; permissions: Permissions };
}

/** Settings of a repository that are not git's. */
export interface RepositorySettings {
  /** https://docs.github.com/rest/repos/repos#update-a-repository */
  delete_branch_on_merge?: boolean;
  /** Whether Actions are switched off: https://docs.github.com/rest/actions/permissions */
  actions_disabled?: boolean;
  /** Variables of Actions: https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-variables */
  variables?: Record<string, string>;
  /** Secrets of Actions, in clear: https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets */
  secrets?: Record<string, string>;
}

/** What the service reads of a branch's protection; field names as in the REST API. */
export interface Protection {
  required_status_checks: { strict: boolean; contexts: string[] } | null;
  required_pull_request_reviews: Record<string, unknown> | null;
  restrictions: { users: string[] } | null;
  /** Without it, administrators pass every rule. */
  enforce_admins: boolean;
}

/** Everything that is not in a git repository. */
export interface State extends EnvironmentState {
  /** By the token itself. */
  tokens: Record<string, Token>;
  /** By `owner/name:branch`. */
  protections: Record<string, Protection>;
  /** Where repositories are whose name was changed: by the old `owner/name`, the new one. */
  renamed?: Record<string, string>;
  /** By `owner/name`. */
  rulesets: Record<string, Ruleset[]>;
  /** By `owner/name`. */
  repositories: Record<string, RepositorySettings>;
  /** By login, those that have set something. */
  organizations?: Record<string, Organization>;
  /** `METHOD /path` of every request that no route answers. */
  unknownRoutes: string[];
}

const empty: State = { tokens: {}, protections: {}, rulesets: {}, repositories: {}, unknownRoutes: [] };

/**
 * The JSON file beside the repositories. Other processes (a test, a command) may change it while the service runs, so
 * it is read at every request, replaced as a whole and changed under a lock.
 */
export class Store {
  private readonly file: string;

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    this.file = join(directory, "state.json");
  }

  read(): State {
    try {
      return {
        ...structuredClone(empty),
        ...(JSON.parse(readFileSync(this.file, "utf8")) as Partial<State>),
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return structuredClone(empty);
    }
  }

  /** Changes the state in place, one writer at a time. */
  async change(edit: (state: State) => void): Promise<void> {
    const release = await lock(this.directory, {
      lockfilePath: `${this.file}.lock`,
      retries: { retries: 50, minTimeout: 5, maxTimeout: 100 },
    });
    try {
      const state = this.read();
      edit(state);
      writeFileSync(`${this.file}.next`, `${JSON.stringify(state, null, 2)}\n`);
      renameSync(`${this.file}.next`, this.file);
    } finally {
      await release();
    }
  }
}
