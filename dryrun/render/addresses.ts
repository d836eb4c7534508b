import { CouldNotCheck } from "../couldNotCheck";

/** An address that kustomize would fetch from, and the file that names it. */
export interface Remote {
  address: string;
  file: string;
}

/**
 * What kustomize loads over HTTP, whatever lies in its folder by that name
 * (kubernetes-sigs/kustomize:api/internal/loader/fileloader.go). A generator's entry has its key before it.
 */
const fetched = /^(?:[^=]*=)?(https?:.*)/is;

/**
 * What kustomize clones as a git repository, whatever lies in its folder by that name
 * (kubernetes-sigs/kustomize:api/internal/git/repospec.go).
 */
const cloned = /^(?:git::)*(?:[a-z][a-z\d+.-]*:\/\/|[a-z][a-z\d-]*@|github\.com[/:]|gh:)/i;

/** What looks like a host: not taken by kustomize of today, and never the name of a file that is not there. */
const host = /^(?:[\w.-]+@[\w.-]+[:/]|[\w-]+(?:\.[\w-]+)+[:/][^/]+\/)/;

/** The address in a text that kustomize loads as a file; undefined if there is none. */
export function fetchedAddress(text: string): string | undefined {
  return fetched.exec(text)?.[1];
}

/** Whether kustomize takes a path from elsewhere. @param isThere whether there is a file or folder by that name */
export function isRemote(path: string, isThere: boolean): boolean {
  return fetchedAddress(path) !== undefined || cloned.test(path) || (!isThere && host.test(path));
}

/**
 * Refuses to render what would bring answers from the runner's network into a comment.
 * @param allowedPrefixes beginnings of addresses that are fetched all the same.
 * @throws CouldNotCheck that names every address.
 */
export function refuseRemotes(remotes: Remote[], allowedPrefixes: string[]): void {
  const refused = remotes.filter(({ address }) => !isAllowed(address, allowedPrefixes));
  if (refused.length === 0) return;
  throw new CouldNotCheck(
    `kustomize would fetch from another host: ${refused.map(({ address, file }) => `${shown(address)} (in ${file})`).join(", ")}. ` +
      "Copy it into the repository, or allow the beginning of its address (allow-remote-prefix).",
  );
}

/** Without what can be a credential: nothing is rendered yet, so nobody knows the values of Secrets. */
function shown(address: string): string {
  const [, origin = "", rest = ""] = /^(https?:\/\/[^/?#\s]*)(.*)$/i.exec(address) ?? [];
  if (origin === "") return address.replace(/\/\/[^/@\s]*@/, "//");
  return origin.replace(/\/\/.*@/, "//") + (rest === "" ? "" : "/...");
}

/** A path that climbs would leave what its beginning says. */
function isAllowed(address: string, allowedPrefixes: string[]): boolean {
  const climbs = /(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\?#]|%2f|%5c|$)/i.test(address);
  return !climbs && allowedPrefixes.some((prefix) => address.startsWith(prefix));
}
