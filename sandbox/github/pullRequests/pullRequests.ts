import { timestamp, type Clock } from "../clock";
import type { Emit } from "../events";
import { comparedFiles } from "../history";
import { Records } from "../records";
import { Refusal } from "../refusal";
import { Repository } from "../repository";
import { email, type Links } from "../resources";
import { pullRequestResource, type PullRequest } from "./pullRequest";

/** How often the branches of open pull requests are looked at, for pushes that do not come through the service. */
const watchMilliseconds = 500;

/** What the pull requests need of the service. */
interface World {
  directory: string;
  clock: Clock;
  links(): Links;
  emit: Emit;
}

/** All pull requests, with the refs that GitHub keeps for them: `refs/pull/N/head` and `refs/pull/N/merge`. */
export class PullRequests {
  readonly records: Records<PullRequest>;
  private readonly watch: NodeJS.Timeout;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    folder: string,
    private readonly world: World,
  ) {
    this.records = new Records(folder, 1_500_000_001);
    this.watch = setInterval(() => {
      this.follow().catch((error: unknown) => {
        console.error(error);
      });
    }, watchMilliseconds).unref();
  }

  stop(): void {
    clearInterval(this.watch);
  }

  /** Those of a repository, newest first. */
  of(repository: string): PullRequest[] {
    return this.records
      .all()
      .filter((pull) => pull.repository === repository)
      .reverse();
  }

  find(repository: string, number: number): PullRequest | undefined {
    return this.records.all().find((pull) => pull.repository === repository && pull.number === number);
  }

  /** @throws Refusal 422 in GitHub's words */
  open(
    request: Pick<
      PullRequest,
      "repository" | "headRepository" | "head" | "base" | "title" | "body" | "draft" | "login"
    >,
  ): Promise<PullRequest> {
    return this.inTurn(async () => {
      const base = this.repository(request.repository);
      const [headSha, baseSha] = [
        await this.repository(request.headRepository).object(`refs/heads/${request.head}`),
        await base.object(`refs/heads/${request.base}`),
      ];
      if (headSha === undefined) throw invalid("head");
      if (baseSha === undefined) throw invalid("base");
      const number = Math.max(0, ...this.of(request.repository).map((pull) => pull.number)) + 1;
      await this.fetchHead({ ...request, number, headSha });
      if (await base.isAncestor(headSha, baseSha))
        throw failed(`No commits between ${request.base} and ${request.head}`);
      const same = this.of(request.repository).some(
        (pull) =>
          pull.state === "open" &&
          pull.base === request.base &&
          pull.head === request.head &&
          pull.headRepository === request.headRepository,
      );
      if (same) throw failed(`A pull request already exists for ${base.owner}:${request.head}.`);
      const now = timestamp(this.world.clock);
      const pull = this.records.add((id) => ({
        ...request,
        id,
        number,
        headSha,
        baseSha,
        state: "open",
        mergeCommitSha: null,
        changedFiles: 0,
        mergedAt: null,
        mergedBy: null,
        closedAt: null,
        createdAt: now,
        updatedAt: now,
      }));
      await this.moveTo(pull, pull);
      await this.tell(pull, "opened", pull.login);
      return pull;
    });
  }

  /** Title, body, base or state as a person changes them. */
  edit(
    pull: PullRequest,
    login: string,
    change: Partial<Pick<PullRequest, "title" | "body" | "base" | "state">>,
  ): Promise<void> {
    return this.inTurn(async () => {
      const { state = pull.state, ...rest } = change;
      await this.editRest(pull, login, rest);
      if (state === pull.state) return;
      if (pull.mergedAt !== null) throw failed("state cannot be changed. The pull request has been merged.");
      pull.state = state;
      pull.closedAt = state === "closed" ? timestamp(this.world.clock) : null;
      if (state === "open") await this.moveHead(pull);
      this.save(pull);
      await this.tell(pull, state === "closed" ? "closed" : "reopened", login);
    });
  }

  /** Tells what was there before, as GitHub does: https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
  private async editRest(
    pull: PullRequest,
    login: string,
    { base = pull.base, ...text }: Partial<Pick<PullRequest, "title" | "body" | "base">>,
  ): Promise<void> {
    const { title, body, base: ref, baseSha: sha } = pull;
    const onBase = await this.repository(pull.repository).object(`refs/heads/${base}`);
    if (base !== ref && onBase === undefined) throw invalid("base");
    Object.assign(pull, text);
    const from = (is: boolean, name: string, value: unknown) => (is ? { [name]: value } : {});
    const changes = {
      ...from(title !== pull.title, "title", { from: title }),
      ...from(body !== pull.body, "body", { from: body }),
      ...from(base !== ref, "base", { ref: { from: ref }, sha: { from: sha } }),
    };
    if (Object.keys(changes).length === 0) return;
    if (base !== ref) {
      pull.base = base;
      await this.moveTo(pull, { headSha: pull.headSha, baseSha: onBase ?? sha });
    }
    this.save(pull);
    await this.tell(pull, "edited", login, { changes });
  }

  /** Records that the base branch now has the change. */
  merged(pull: PullRequest, login: string, sha: string): Promise<void> {
    return this.inTurn(async () => {
      const now = timestamp(this.world.clock);
      Object.assign(pull, {
        state: "closed",
        closedAt: now,
        mergedAt: now,
        mergedBy: login,
        mergeCommitSha: sha,
      });
      this.save(pull);
      await this.tell(pull, "closed", login);
    });
  }

  /** Looks where the branches of open pull requests are now, and says what moved. */
  follow(): Promise<void> {
    return this.inTurn(async () => {
      const open = this.records.all().filter(({ state }) => state === "open");
      const names = new Set(open.flatMap(({ repository, headRepository }) => [repository, headRepository]));
      const heads = new Map<string, string>();
      for (const name of names) {
        const listing = ["for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads"];
        const repository = this.repository(name);
        if (!repository.exists()) continue;
        for (const line of (await repository.git(listing)).split("\n")) {
          const [branch = "", sha = ""] = line.split(" ");
          heads.set(`${name}:${branch}`, sha);
        }
      }
      for (const pull of open) {
        await this.followOne(
          pull,
          heads.get(`${pull.headRepository}:${pull.head}`),
          heads.get(`${pull.repository}:${pull.base}`),
        );
      }
    });
  }

  /** What the API and events show. */
  resource(pull: PullRequest, links = this.world.links()) {
    return pullRequestResource(
      links,
      pull,
      this.repository(pull.repository),
      this.repository(pull.headRepository),
    );
  }

  files(pull: PullRequest) {
    return comparedFiles(this.repository(pull.repository), pull.baseSha, pull.headSha);
  }

  private async followOne(
    pull: PullRequest,
    head: string | undefined,
    base: string | undefined,
  ): Promise<void> {
    if (head === undefined) {
      // A pull request whose branch is deleted is closed: https://docs.github.com/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/about-branches
      pull.state = "closed";
      pull.closedAt = timestamp(this.world.clock);
      this.save(pull);
      await this.tell(pull, "closed", pull.login);
      return;
    }
    const before = pull.headSha;
    if (head === before && (base === undefined || base === pull.baseSha)) return;
    await this.moveTo(pull, { headSha: head, baseSha: base ?? pull.baseSha });
    // A base branch that moves starts nothing: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
    if (head !== before) await this.tell(pull, "synchronize", pull.login, { before, after: head });
  }

  private async moveHead(pull: PullRequest): Promise<void> {
    const head = await this.repository(pull.headRepository).object(`refs/heads/${pull.head}`);
    const base = await this.repository(pull.repository).object(`refs/heads/${pull.base}`);
    if (head === undefined || base === undefined)
      throw failed("state cannot be changed. The branch is gone.");
    await this.moveTo(pull, { headSha: head, baseSha: base });
  }

  /** Puts it at other commits: whoever asks meanwhile sees all of it as it was, or all of it as it is. */
  private async moveTo(
    pull: PullRequest,
    { headSha, baseSha }: Pick<PullRequest, "headSha" | "baseSha">,
  ): Promise<void> {
    const moved = { ...pull, headSha, baseSha };
    if (headSha !== pull.headSha) await this.fetchHead(moved);
    const changedFiles = (await this.files(moved)).length;
    const mergeCommitSha = await this.tryMerge(moved);
    Object.assign(pull, { headSha, baseSha, changedFiles, mergeCommitSha });
    this.save(pull);
  }

  private async fetchHead(pull: Pick<PullRequest, "repository" | "headRepository" | "number" | "headSha">) {
    const base = this.repository(pull.repository);
    const ref = `refs/pull/${pull.number}/head`;
    if (pull.headRepository === pull.repository) {
      await base.git(["update-ref", ref, pull.headSha]);
      return;
    }
    const fork = this.repository(pull.headRepository).path;
    await base.git([
      "-c",
      "uploadpack.allowAnySHA1InWant=true",
      "fetch",
      "--quiet",
      fork,
      `+${pull.headSha}:${ref}`,
    ]);
  }

  /** Makes `refs/pull/N/merge`, and says its commit; one that is in conflict has none. */
  private async tryMerge(pull: PullRequest): Promise<string | null> {
    const repository = this.repository(pull.repository);
    const ref = `refs/pull/${pull.number}/merge`;
    const tree = await repository.mergeTree(pull.baseSha, pull.headSha);
    if (tree === undefined) {
      await repository.git(["update-ref", "-d", ref]);
      return null;
    }
    const date = timestamp(this.world.clock);
    const commit = await repository.commitTree(tree, [pull.baseSha, pull.headSha], {
      message: `Merge ${pull.headSha} into ${pull.baseSha}`,
      author: { name: pull.login, email: email(pull.login), date },
      committer: { name: "GitHub", email: "noreply@github.com", date },
    });
    await repository.git(["update-ref", ref, commit]);
    return commit;
  }

  private async tell(pull: PullRequest, action: string, sender: string, more: Record<string, unknown> = {}) {
    await this.world.emit({
      name: "pull_request",
      repository: this.repository(pull.repository),
      sender,
      payload: { action, number: pull.number, pull_request: await this.resource(pull), ...more },
    });
  }

  private save(pull: PullRequest): void {
    pull.updatedAt = timestamp(this.world.clock);
    this.records.save(pull);
  }

  private repository(fullName: string): Repository {
    return Repository.named(this.world.directory, fullName);
  }

  /** One at a time: two looks at the same push would tell of it twice. */
  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.turn.then(act, act);
    this.turn = done.catch(() => undefined);
    return done;
  }
}

const failed = (message: string) =>
  new Refusal(422, "Validation Failed", { errors: [{ resource: "PullRequest", code: "custom", message }] });

const invalid = (field: string) =>
  new Refusal(422, "Validation Failed", { errors: [{ resource: "PullRequest", field, code: "invalid" }] });
