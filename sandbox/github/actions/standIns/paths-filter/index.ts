/**
 * What dorny/paths-filter v4.0.2 does for pull requests and merge groups (dorny/paths-filter:src/main.ts, filter.ts,
 * git.ts): the pull request's files from the API, else the difference of two commits in the clone.
 */
import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import picomatch from "picomatch";
import { act, git, input, refuseInputs, required, setOutput } from "../toolkit";

interface File {
  filename: string;
  status: string;
}

type Item = string | Record<string, string | string[]> | Item[];

interface Event {
  number: number;
  pull_request?: object;
  merge_group?: { base_sha: string; head_sha: string };
}

async function main(): Promise<void> {
  if (input("list-files") !== "none") refuseInputs(["list-files"]);
  const quantifier = input("predicate-quantifier");
  if (!["some", "every"].includes(quantifier))
    throw new Error(
      `Input parameter 'predicate-quantifier' is set to invalid value '${quantifier}'. Valid values: every, some`,
    );
  const filters = readFilters(input("filters"));
  const files = await changedFiles(JSON.parse(readFileSync(required("GITHUB_EVENT_PATH"), "utf8")) as Event);
  console.log(`Detected ${files.length} changed files`);
  const matched = Object.entries(filters).filter(([name, item]) => {
    const rules = rulesOf(item);
    const found = files.filter((file) =>
      quantifier === "every" ? rules.every((rule) => rule(file)) : rules.some((rule) => rule(file)),
    );
    console.log(`Filter ${name} = ${found.length > 0}`);
    for (const { filename, status } of found) console.log(`${filename} [${status}]`);
    setOutput(name, String(found.length > 0));
    setOutput(`${name}_count`, String(found.length));
    return found.length > 0;
  });
  if (!("changes" in filters)) setOutput("changes", JSON.stringify(matched.map(([name]) => name)));
}

/** A text without colon and line break is the path of a file. */
function readFilters(text: string): Record<string, Item> {
  const yaml = /[\n:]/.test(text) ? text : readFileSync(text, "utf8");
  const filters = load(yaml);
  if (typeof filters !== "object" || filters === null)
    throw new Error("Invalid filter YAML format: Root element is not an object.");
  return filters as Record<string, Item>;
}

function rulesOf(item: Item): ((file: File) => boolean)[] {
  if (Array.isArray(item)) return item.flatMap(rulesOf);
  if (typeof item === "string") {
    const fits = picomatch(item, { dot: true });
    return [({ filename }) => fits(filename)];
  }
  return Object.entries(item).map(([names, pattern]) => {
    const statuses = names.split("|").map((name) => name.trim().toLowerCase());
    const fits = picomatch(pattern, { dot: true });
    return ({ filename, status }) => statuses.includes(status) && fits(filename);
  });
}

async function changedFiles(event: Event): Promise<File[]> {
  const token = input("token");
  if (event.pull_request !== undefined && token !== "") return filesOfPullRequest(event.number, token);
  const base = input("base") || event.merge_group?.base_sha;
  const head = input("ref") || event.merge_group?.head_sha;
  if (!base || !head)
    throw new Error("The sandbox's stand-in for dorny/paths-filter knows pull requests and merge groups.");
  const cwd = input("working-directory") || ".";
  for (const commit of [base, head]) ensureCommit(commit, cwd);
  return parseDiff(git(["diff", "--no-renames", "--name-status", "-z", `${base}..${head}`], { cwd }).stdout);
}

async function filesOfPullRequest(number: number, token: string): Promise<File[]> {
  const files: File[] = [];
  let next: string | undefined =
    `${required("GITHUB_API_URL")}/repos/${required("GITHUB_REPOSITORY")}/pulls/${number}/files?per_page=100`;
  while (next !== undefined) {
    const answer: Response = await fetch(next, { headers: { authorization: `token ${token}` } });
    const rows = (await answer.json()) as (File & { previous_filename?: string; message?: string })[];
    if (!answer.ok) throw new Error((rows as unknown as { message: string }).message);
    for (const { filename, status, previous_filename } of rows) {
      if (status !== "renamed") files.push({ filename, status: status === "removed" ? "deleted" : status });
      else
        files.push({ filename, status: "added" }, { filename: previous_filename ?? "", status: "deleted" });
    }
    next = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return files;
}

function ensureCommit(commit: string, cwd: string): void {
  const known = git(["cat-file", "-e", `${commit}^{commit}`], { cwd, mayFail: true }).status === 0;
  if (!known) git(["fetch", "--depth=1", "--no-tags", "origin", commit], { cwd });
}

function parseDiff(output: string): File[] {
  const names: Record<string, string> = {
    A: "added",
    C: "copied",
    D: "deleted",
    M: "modified",
    U: "unmerged",
  };
  const parts = output.split("\0").filter((part) => part !== "");
  return parts.flatMap((letter, at) =>
    at % 2 === 0 ? [{ status: names[letter] ?? letter, filename: parts[at + 1] ?? "" }] : [],
  );
}

act(main);
