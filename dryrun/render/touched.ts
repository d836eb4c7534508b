import {
  asMap,
  documentsOf,
  identityOf,
  isSecret,
  type Json,
  type KubernetesObject,
  parseObjects,
} from "./objects";

/** What a pull request does to the objects of an overlay. */
export interface Changes {
  /** Identities of the objects of head that it adds or changes. */
  touched: Set<string>;
  removed: KubernetesObject[];
  /** The objects of the base that it changes or removes, as they are there. */
  before: KubernetesObject[];
  /** Of Secrets, by identity: the keys that it adds and removes. */
  secretKeys: Map<string, SecretKeys>;
}

export interface SecretKeys {
  keysAdded: string[];
  keysRemoved: string[];
}

/**
 * Compares two renders of an overlay.
 * @param base text of the render without the change; undefined if there is none, and everything counts as added.
 */
export function changesBetween(base: string | undefined, head: KubernetesObject[]): Changes {
  const headTexts = new Set(head.map(({ text }) => text));
  // Most objects have the same text on both sides and need no second look.
  const different = documentsOf(base ?? "").filter((text) => !headTexts.has(text));
  const changed = new Map(
    parseObjects(different.join("---\n")).map((object) => [identityOf(object), object]),
  );
  const baseTexts = new Set(documentsOf(base ?? ""));
  const touched = head.filter(({ text }) => !baseTexts.has(text));
  const headIdentities = new Set(head.map(identityOf));
  const removed = [...changed]
    .filter(([identity]) => !headIdentities.has(identity))
    .map(([, object]) => object);
  const secretKeys = [...touched, ...removed].filter(isSecret).map((object) => {
    const identity = identityOf(object);
    const after = headIdentities.has(identity) ? keysOf(object.manifest) : [];
    const before = keysOf(changed.get(identity)?.manifest);
    return [
      identity,
      {
        keysAdded: after.filter((key) => !before.includes(key)),
        keysRemoved: before.filter((key) => !after.includes(key)),
      },
    ] as const;
  });
  return {
    touched: new Set(touched.map(identityOf)),
    removed,
    before: [...changed.values()],
    secretKeys: new Map(secretKeys),
  };
}

/** Names of the keys of a Secret, never their values. */
export function keysOf(secret: Json | undefined): string[] {
  const { data, stringData } = secret ?? {};
  return [...new Set([...Object.keys(asMap(data)), ...Object.keys(asMap(stringData))])].sort();
}
