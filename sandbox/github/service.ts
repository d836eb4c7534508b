import { join } from "node:path";
import { Actions } from "./actions/actions";
import type { Executor } from "./actions/executor";
import type { MachineEnvironment } from "./actions/machines";
import { JobTokens } from "./actions/tokens";
import type { Clock } from "./clock";
import type { Comment } from "./comments";
import { gateOf } from "./environments/gate";
import type { GitHubEvent } from "./events";
import type { GitTraffic } from "./gitHttp";
import { Hooks } from "./hooks/hooks";
import { Pushes } from "./pushes";
import { PullRequests } from "./pullRequests/pullRequests";
import { SigningKey } from "../openIdConnect/signingKey";
import { Records } from "./records";
import type { Release } from "./releases/release";
import type { Links } from "./resources";
import type { Store, Token } from "./store";

/** Everything that the service keeps, and how its parts hear of each other. */
export class Service {
  /** Where the service listens; set once it does. */
  origin = "";
  readonly tokens = new JobTokens();
  readonly traffic: GitTraffic = { sent: 0, received: 0 };
  readonly pullRequests: PullRequests;
  readonly comments: Records<Comment>;
  readonly hooks: Hooks;
  readonly actions: Actions;
  readonly releases: Records<Release>;
  readonly pushes: Pushes;
  private key: SigningKey | undefined;

  constructor(
    readonly directory: string,
    readonly store: Store,
    readonly clock: Clock,
    executor: Executor,
    hostedMachine: () => MachineEnvironment,
  ) {
    // Beside the folders of the owners, whose names cannot begin with a dot.
    const state = (name: string) => join(directory, ".state", name);
    const links = () => this.links();
    const emit = (event: GitHubEvent) => this.emit(event);
    this.comments = new Records(state("comments"), 2_000_000_001);
    this.hooks = new Hooks(state("hooks"), clock, links);
    this.pullRequests = new PullRequests(state("pull-requests"), { directory, clock, links, emit });
    this.actions = new Actions(state("actions"), {
      directory,
      clock,
      links,
      emit,
      executor,
      hostedMachine,
      tokens: this.tokens,
      isEnabled: (repository) => !store.read().repositories[repository]?.actions_disabled,
      state: () => store.read(),
      gate: (run, job) => gateOf(store, clock, run, job),
    });
    this.releases = new Records(state("releases"), 250_000_001);
    this.pushes = new Pushes(emit);
  }

  /** Addresses as events and jobs have them. */
  links(): Links {
    return { api: `${this.origin}/api/v3`, web: this.origin };
  }

  /** With which tokens of jobs' identities are signed: made when the first is. */
  signingKey(): SigningKey {
    return (this.key ??= SigningKey.at(join(this.directory, ".state", "open-id-connect.pem")));
  }

  /** Whose token it is; undefined for one that is nobody's, or no longer. */
  identify(token: string): Token | undefined {
    const { tokens } = this.store.read();
    return this.tokens.find(token) ?? (Object.hasOwn(tokens, token) ? tokens[token] : undefined);
  }

  /** All records that belong to a repository. */
  recordsOfRepositories(): Records<{ id: number; repository: string }>[] {
    return [
      this.comments,
      this.hooks.hooks,
      this.pullRequests.records,
      this.actions.scheduler.runs,
      this.releases,
    ];
  }

  /** Tells hooks and workflows of an event. */
  async emit(event: GitHubEvent): Promise<void> {
    this.hooks.deliver(event);
    await this.actions.onEvent(event);
  }

  stop(): void {
    this.pullRequests.stop();
    this.actions.stop();
  }
}
