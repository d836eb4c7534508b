import type { Repository } from "./repository";

/** Something happened in a repository: what hooks are told and what starts workflows. */
export interface GitHubEvent {
  /** Such as `pull_request`. */
  name: string;
  repository: Repository;
  /** Login of whoever did it. */
  sender: string;
  /** With `action`; without what every event has: `repository` and `sender`. */
  payload: { action?: string; [key: string]: unknown };
}

export type Emit = (event: GitHubEvent) => Promise<void>;
