import { protectionKey } from "./protection";
import { Refusal } from "./refusal";
import type { Repository } from "./repository";
import { repositoryId, type Links } from "./resources";
import type { Service } from "./service";
import type { State } from "./store";

/**
 * Gives a repository another name: all that belongs to it goes along, and the old name leads to the new one.
 * https://docs.github.com/repositories/creating-and-managing-repositories/renaming-a-repository
 */
export async function renameRepository(
  service: Service,
  repository: Repository,
  name: string,
): Promise<Repository> {
  const { directory, store } = service;
  repository.facts = { ...repository.facts, id: repositoryId(repository) };
  const renamed = repository.rename(directory, name);
  for (const records of service.recordsOfRepositories()) {
    for (const record of records.all().filter((one) => one.repository === repository.fullName)) {
      record.repository = renamed.fullName;
      records.save(record);
    }
  }
  await store.change((state) => {
    renameKeys(state, repository.fullName, renamed.fullName);
  });
  return renamed;
}

function renameKeys(state: State, from: string, to: string): void {
  const prefix = protectionKey(from, "");
  for (const [key, protection] of Object.entries(state.protections)) {
    if (!key.startsWith(prefix)) continue;
    delete state.protections[key];
    state.protections[protectionKey(to, key.slice(prefix.length))] = protection;
  }
  for (const kept of [state.rulesets, state.repositories, state.environments ?? {}] as Record<
    string,
    unknown
  >[]) {
    if (kept[from] === undefined) continue;
    kept[to] = kept[from];
    delete kept[from];
  }
  const older = Object.entries(state.renamed ?? {}).map(([old, now]) => [old, now === from ? to : now]);
  const { [to]: reused, ...renamed } = {
    ...(Object.fromEntries(older) as Record<string, string>),
    [from]: to,
  };
  void reused;
  state.renamed = renamed;
}

/** @throws {Refusal} 422 in GitHub's words */
export function refuseName(repository: Repository, taken: Repository): void {
  const isName = /^(?!\.+$)[A-Za-z0-9._-]{1,100}$/.test(taken.name);
  if (isName && (!taken.exists() || taken.fullName === repository.fullName)) return;
  const message = isName ? "name already exists on this account" : "name is invalid";
  throw new Refusal(422, "Repository creation failed.", {
    errors: [{ resource: "Repository", code: "custom", field: "name", message }],
  });
}

/**
 * The answer for the old name of a repository: reading is sent on for good, writing for this one time
 * (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects,
 * https://github.com/18F/charlie/pull/85).
 */
export function moved({ method, url }: Request, { api }: Links, repository: Repository): Response {
  const { pathname, search } = new URL(url);
  const [, below = ""] = /\/repos\/[^/]+\/[^/]+(.*)$/.exec(pathname) ?? [];
  const location = `${api}/repositories/${repositoryId(repository)}${below}${search}`;
  const documentation_url =
    "https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api";
  return Response.json(
    { message: "Moved Permanently", url: location, documentation_url },
    { status: method === "GET" || method === "HEAD" ? 301 : 307, headers: { location } },
  );
}
