import { identityOf } from "../render/objects";

/** Name of one object to delete: in whichever version of its group it is written. */
export interface DeletionName {
  kind: string;
  /** Empty for the core group. */
  group: string;
  /** Empty for objects without a namespace. */
  namespace: string;
  name: string;
}

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/; names of RBAC objects may have colons.
const pattern = /^([A-Z][A-Za-z0-9]*)(?:\.([a-z0-9][a-z0-9.-]*))? (?:([a-z0-9][a-z0-9-]*)\/)?([\w:.-]+)$/;

/** Kinds whose deletion deletes objects that nobody named. */
const holdsOthers: Record<string, string> = {
  Namespace: "all that is in it would be deleted with it",
  "CustomResourceDefinition.apiextensions.k8s.io": "all objects of its kind would be deleted with it",
};

/** Reads names as `deletionText` writes them (dryrun/report/outcomes.ts), separated by commas. */
export function parseDeletionNames(text: string): { names: DeletionName[]; problems: string[] } {
  const problems: string[] = [];
  const names = text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean)
    .flatMap((entry, at) => {
      const [, kind, group = "", namespace = "", name] = pattern.exec(entry) ?? [];
      const isName = kind !== undefined && name !== undefined && name !== "." && name !== "..";
      if (!isName) {
        // Not what it says: a build's variable can be made to hold the value of a secret (docs/security.md).
        problems.push(
          `name ${String(at + 1)} must look like Deployment.apps web/api or ConfigMap web/settings`,
        );
        return [];
      }
      const reason = holdsOthers[group ? `${kind}.${group}` : kind];
      if (reason !== undefined) {
        problems.push(`${entry} is not deleted by a release: ${reason}. Delete it by hand`);
        return [];
      }
      return [{ kind, group, namespace, name }];
    });
  const once = new Map(names.map((name) => [identityOfDeletion(name), name]));
  return { names: [...once.values()], problems };
}

/** What makes the name of a deletion and a manifest the same object: see `identityOf`. */
export function identityOfDeletion({ group, ...name }: DeletionName): string {
  return identityOf({ ...name, apiVersion: group ? `${group}/v1` : "v1" });
}
