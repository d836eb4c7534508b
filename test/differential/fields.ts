/** A place in a manifest: names of fields and positions in lists. */
export type Path = (string | number)[];

type Node = Record<string | number, unknown>;

/** Sets a field, and makes the maps and lists on the way to it; `undefined` takes it away. */
export function setField(object: object, path: Path, value: unknown): void {
  const last = path.at(-1);
  if (last === undefined) return;
  let node = object as Node;
  path.slice(0, -1).forEach((step, at) => {
    if (typeof node[step] !== "object" || node[step] === null) {
      node[step] = typeof path[at + 1] === "number" ? [] : {};
    }
    node = node[step] as Node;
  });
  if (value === undefined) delete node[last];
  else node[last] = structuredClone(value);
}

/** The paths, as text, of all fields in which two values differ. */
export function changedFields(one: unknown, other: unknown, path = ""): string[] {
  if (isNode(one) && isNode(other) && Array.isArray(one) === Array.isArray(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].sort().flatMap((name) => changedFields(one[name], other[name], `${path}/${name}`));
  }
  return one === other ? [] : [path];
}

function isNode(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
