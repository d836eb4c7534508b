import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CouldNotCheck } from "../couldNotCheck";
import type { Sources } from "./kustomization";

/** Most bytes of an overlay's files. An object has at most some 1.5 MB: https://etcd.io/docs/v3.6/dev-guide/limit/ */
const mostBytes = 32 * 1024 * 1024;

/** Most objects of an overlay: kustomize needs more than ten minutes for them (kubernetes-sigs/kustomize#5084). */
const mostObjects = 30_000;

/** About how many objects a file has: what is called a kind. One that is too large is not read. */
export function objectsIn(file: string): number {
  if (statSync(file).size > mostBytes) return 0;
  return readFileSync(file, "latin1").match(/(?:^|[\s{,"'-])kind["']?\s*:/g)?.length ?? 0;
}

/**
 * Refuses what would only keep the runner busy until its time is over.
 * @throws CouldNotCheck
 */
export function refuseTooLarge(root: string, overlay: string, { files, objects }: Sources): void {
  const bytes = files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);
  const megabytes = (count: number) => String(Math.ceil(count / 1024 / 1024));
  if (bytes > mostBytes) {
    throw new CouldNotCheck(
      `the files of ${overlay} have ${megabytes(bytes)} MB; more than ${megabytes(mostBytes)} MB are not rendered.`,
    );
  }
  if (objects > mostObjects) {
    throw new CouldNotCheck(
      `${overlay} has about ${String(objects)} objects; more than ${String(mostObjects)} are not rendered.`,
    );
  }
}
