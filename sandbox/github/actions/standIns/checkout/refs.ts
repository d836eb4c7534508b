import { input } from "../toolkit";

/** What is to be checked out. */
export interface Wanted {
  /** Empty where there is only a commit. */
  ref: string;
  /** Empty where there is only a ref. */
  commit: string;
}

type Run = (args: string[], mayFail?: boolean) => { status: number | null; stdout: string };

const allTags = "+refs/tags/*:refs/tags/*";

/** @param askHead output of `git ls-remote --symref <url> HEAD`, asked only for another repository without ref */
export function wantedRef(repository: string, askHead: () => string): Wanted {
  const ref = input("ref");
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref)) return { ref: "", commit: ref };
  if (ref !== "") return { ref, commit: "" };
  if (repository.toUpperCase() === process.env.GITHUB_REPOSITORY?.toUpperCase())
    return { ref: process.env.GITHUB_REF ?? "", commit: process.env.GITHUB_SHA ?? "" };
  const [, head = ""] = /^ref: (\S+)\s+HEAD/m.exec(askHead()) ?? [];
  return { ref: head, commit: "" };
}

/** What to fetch, and into which refs. */
export function refSpecs(wanted: Wanted, depth: number, tags: boolean): string[] {
  const { ref, commit } = wanted;
  const place = localRef(ref);
  if (depth === 0) {
    const pull = ref.startsWith("refs/pull/") ? [`+${commit || ref}:${place}`] : [];
    return ["+refs/heads/*:refs/remotes/origin/*", allTags, ...pull];
  }
  const specs = tags ? [allTags] : [];
  if (ref.startsWith("refs/tags/")) return [...specs, ...(tags ? [] : [`+${ref}:${ref}`])];
  if (commit !== "") return [...specs, place === "" ? commit : `+${commit}:${place}`];
  if (!ref.startsWith("refs/")) {
    const tag = tags ? [] : [`+refs/tags/${ref}*:refs/tags/${ref}*`];
    return [...specs, `+refs/heads/${ref}*:refs/remotes/origin/${ref}*`, ...tag];
  }
  return [...specs, `+${ref}:${place || ref}`];
}

/** Whether the fetch brought the commit that the workflow was started for. */
export function refExists({ ref, commit }: Wanted, run: Run): boolean {
  if (commit === "" || ref.startsWith("refs/pull/")) return true;
  if (ref === "") return run(["rev-parse", "--verify", "--quiet", `${commit}^{object}`], true).status === 0;
  if (!ref.startsWith("refs/heads/")) return true;
  return run(["rev-parse", localRef(ref)], true).stdout.trim() === commit;
}

/** What `git checkout` is told. */
export function checkoutArguments({ ref, commit }: Wanted, run: Run): string[] {
  if (ref === "") return [commit];
  if (ref.startsWith("refs/heads/")) return ["-B", ref.slice("refs/heads/".length), localRef(ref)];
  if (ref.startsWith("refs/pull/")) return [localRef(ref)];
  if (ref.startsWith("refs/tags/")) return [ref];
  if (ref.startsWith("refs/")) return [commit || ref];
  const branch = `refs/remotes/origin/${ref}`;
  if (run(["rev-parse", "--verify", "--quiet", branch], true).status === 0) return ["-B", ref, branch];
  if (run(["rev-parse", "--verify", "--quiet", `refs/tags/${ref}`], true).status === 0)
    return [`refs/tags/${ref}`];
  throw new Error(`A branch or tag with the name '${ref}' could not be found`);
}

/** Where a branch or a pull request's ref lies in the clone; empty for others. */
function localRef(ref: string): string {
  if (ref.startsWith("refs/heads/")) return `refs/remotes/origin/${ref.slice("refs/heads/".length)}`;
  if (ref.startsWith("refs/pull/")) return `refs/remotes/pull/${ref.slice("refs/pull/".length)}`;
  return "";
}
