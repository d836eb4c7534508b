import picomatch from "picomatch";
import type { GitHubEvent } from "../events";
import type { Repository } from "../repository";
import type { EventFilter } from "./workflowFile";

/** An event that starts workflows, and the commit that they are taken from. */
export interface Trigger {
  name: "pull_request" | "merge_group" | "push" | "release" | "workflow_dispatch";
  action: string;
  /** Payload as the jobs see it. */
  payload: Record<string, unknown>;
  /** `github.sha`, `github.ref`, `github.head_ref` and `github.base_ref`. */
  sha: string;
  ref: string;
  headRef: string;
  baseRef: string;
  /** Branch or tag that `branches:` or `tags:` is compared with; full for those of a push. */
  base: string;
  headSha: string;
  headBranch: string;
  pullRequest: number | null;
  fork: boolean;
}

/** Actions for which a workflow runs that does not name any: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows */
const defaultTypes = {
  pull_request: ["opened", "synchronize", "reopened"],
  merge_group: ["checks_requested"],
  push: [""],
  release: [...["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"]],
  workflow_dispatch: [""],
};

interface Side {
  ref: string;
  sha: string;
  repo: { full_name: string } | null;
}

/** The trigger that an event is; none if it starts nothing, as a pull request that is in conflict. */
export async function triggerOf(event: GitHubEvent): Promise<Trigger | undefined> {
  const { name, payload } = event;
  const action = payload.action ?? "";
  if (name === "pull_request") {
    const pull = payload.pull_request as {
      number: number;
      merge_commit_sha: string | null;
      head: Side;
      base: Side;
    };
    // https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
    if (pull.merge_commit_sha === null) return undefined;
    return {
      name,
      action,
      payload,
      sha: pull.merge_commit_sha,
      ref: `refs/pull/${pull.number}/merge`,
      headRef: pull.head.ref,
      baseRef: pull.base.ref,
      base: pull.base.ref,
      headSha: pull.head.sha,
      headBranch: pull.head.ref,
      pullRequest: pull.number,
      fork: pull.head.repo?.full_name !== pull.base.repo?.full_name,
    };
  }
  if (name === "push") return pushTrigger(payload);
  if (name === "release") return releaseTrigger(event);
  if (name !== "merge_group") return undefined;
  const group = payload.merge_group as { head_sha: string; head_ref: string; base_ref: string };
  return {
    name,
    action,
    payload,
    sha: group.head_sha,
    ref: group.head_ref,
    headRef: "",
    baseRef: "",
    base: group.base_ref.replace("refs/heads/", ""),
    headSha: group.head_sha,
    headBranch: group.head_ref.replace("refs/heads/", ""),
    pullRequest: null,
    fork: false,
  };
}

/** A ref that is gone starts nothing. */
function pushTrigger(payload: GitHubEvent["payload"]): Trigger | undefined {
  const { ref, after, deleted } = payload as unknown as { ref: string; after: string; deleted: boolean };
  return deleted ? undefined : refTrigger("push", payload, { ref, sha: after });
}

/** The tag's commit: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#release */
async function releaseTrigger({ repository, payload }: GitHubEvent): Promise<Trigger | undefined> {
  const { tag_name } = payload.release as { tag_name: string };
  const ref = `refs/tags/${tag_name}`;
  const sha = await repository.object(`${ref}^{commit}`);
  return sha === undefined ? undefined : refTrigger("release", payload, { ref, sha });
}

/** An event of a branch or tag. @param ref full */
export function refTrigger(
  name: Trigger["name"],
  payload: GitHubEvent["payload"],
  { ref, sha }: { ref: string; sha: string },
): Trigger {
  return {
    name,
    action: payload.action ?? "",
    payload,
    sha,
    ref,
    headRef: "",
    baseRef: "",
    base: ref,
    headSha: sha,
    headBranch: ref.replace(/^refs\/(heads|tags)\//, ""),
    pullRequest: null,
    fork: false,
  };
}

/** Whether a workflow's `on:` has this event, by type, base branch and changed paths. */
export function starts(
  events: Record<string, EventFilter | undefined>,
  trigger: Trigger,
  changedPaths: string[],
): boolean {
  if (!(trigger.name in events)) return false;
  const filter = events[trigger.name] ?? {};
  if (!(filter.types ?? defaultTypes[trigger.name]).includes(trigger.action)) return false;
  if (trigger.name === "push" ? !isPushedTo(filter, trigger.base) : !isOfBranch(filter, trigger.base))
    return false;
  // Only the first 300 files count: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#git-diff-comparisons
  const paths = changedPaths.slice(0, 300);
  const { paths: wanted, "paths-ignore": ignored } = filter;
  if (wanted && !paths.some((path) => matches(wanted, path))) return false;
  return !(ignored && paths.length > 0 && paths.every((path) => matches(ignored, path)));
}

function isOfBranch(filter: EventFilter, branch: string): boolean {
  if (filter.branches && !matches(filter.branches, branch)) return false;
  return !(filter["branches-ignore"] && matches(filter["branches-ignore"], branch));
}

/**
 * Who names only tags hears of no branches, and the other way round:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore
 */
function isPushedTo(filter: EventFilter, ref: string): boolean {
  const [, kind = "", name = ""] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  const of = (key: "branches" | "tags") => ({ wanted: filter[key], ignored: filter[`${key}-ignore`] });
  const [own, other] = kind === "tags" ? [of("tags"), of("branches")] : [of("branches"), of("tags")];
  if (own.wanted) return matches(own.wanted, name);
  if (own.ignored) return !matches(own.ignored, name);
  return other.wanted === undefined && other.ignored === undefined;
}

/** The last pattern that fits decides: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#patterns-to-match-branches-and-tags */
function matches(patterns: string[], text: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    if (picomatch(negated ? pattern.slice(1) : pattern, { dot: true })(text)) matched = !negated;
  }
  return matched;
}

/** Workflow files of a commit by path. */
export async function workflowFiles(repository: Repository, commit: string): Promise<[string, string][]> {
  const folder = await repository.object(`${commit}:.github/workflows`);
  if (folder === undefined) return [];
  const entries = (await repository.list(folder)).filter(
    ({ path, type }) => type === "blob" && /\.ya?ml$/.test(path),
  );
  return Promise.all(
    entries.map(async ({ path, sha }): Promise<[string, string]> => [
      `.github/workflows/${path}`,
      (await repository.read(sha)).toString(),
    ]),
  );
}
