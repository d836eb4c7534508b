import type { Kubectl } from "./cluster";
import { groupOf, type KubernetesObject } from "./kubernetesObjects";
import type { Outcome } from "./outcome";

/** Compares objects, which the cluster would accept, with what it has. */
export function diff(kubectl: Kubectl, objects: KubernetesObject[]): Outcome[] {
  if (objects.length === 0) return [];
  return diffTogether(kubectl, objects) ?? objects.map((object) => diffAlone(kubectl, object));
}

/** One call for all, which is far faster. `undefined` if it did not tell about each of them. */
function diffTogether(kubectl: Kubectl, objects: KubernetesObject[]): Outcome[] | undefined {
  const { exitCode, stdout } = kubectl(["diff", "--filename=-"], together(objects));
  // kubectl says 0 for no difference and 1 for some; at the first object that fails it stops and tells of none.
  if (exitCode > 1) return undefined;
  const sections = splitByFile(stdout);
  if (exitCode === 1 && sections.size === 0) return undefined;
  const outcomes = objects.map((object): Outcome => {
    const file = fileNames(object).find((name) => sections.has(name));
    const text = file && sections.get(file);
    if (file) sections.delete(file);
    return text ? { object, state: "changed", text } : { object, state: "unchanged", text: "" };
  });
  return sections.size === 0 ? outcomes : undefined;
}

function diffAlone(kubectl: Kubectl, object: KubernetesObject): Outcome {
  const { exitCode, stdout, stderr } = kubectl(["diff", "--filename=-"], object.text);
  if (exitCode > 1) return { object, state: "failed", text: stderr };
  if (exitCode === 0) return { object, state: "unchanged", text: "" };
  return { object, state: "changed", text: [...splitByFile(stdout).values()].join("\n") || stdout };
}

/** The objects as one stream of YAML documents. */
export function together(objects: KubernetesObject[]): string {
  return objects.map(({ text }) => text.replace(/\n*$/, "\n")).join("---\n");
}

/** Differences by the name of the file that kubectl compared, without the names of its temporary folders. */
function splitByFile(output: string): Map<string, string> {
  const sections = new Map<string, string>();
  for (const section of output.split(/^(?=diff )/m)) {
    const file = /^diff .*\/(\S+)\n/.exec(section)?.[1];
    if (file) sections.set(file, readable(section));
  }
  return sections;
}

/** A difference without its header and without the copy of the object that `kubectl apply` keeps in it. */
function readable(section: string): string {
  return section
    .replace(/^(?:diff|---|\+\+\+) .*\n/gm, "")
    .replace(/^[ +-]\s+kubectl\.kubernetes\.io\/last-applied-configuration:.*\n(?:[ +-]\s+\{.*\n)?/gm, "")
    .trimEnd();
}

/**
 * How kubectl calls the file of an object (kubernetes/kubectl:pkg/cmd/diff/diff.go). One without a namespace may be in
 * the default one.
 */
function fileNames(object: KubernetesObject): string[] {
  const group = groupOf(object);
  const version = object.apiVersion.slice(group ? group.length + 1 : 0);
  return [object.namespace, "default"].map((namespace) =>
    [...(group ? [group] : []), version, object.kind, namespace, object.name].join("."),
  );
}
