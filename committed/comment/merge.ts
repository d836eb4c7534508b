import { bySeverity } from "../../dryrun/report/objectText";
import type { ObjectResult } from "../../dryrun/report/types";
import type { Standing } from "./standing";

/** An object of which environments say the same, byte by byte. */
export interface MergedObject {
  object: ObjectResult;
  environments: string[];
}

/** The objects of all reports, the worst first, each said once for all environments in which it is the same. */
export function mergedObjects(standings: Standing[]): MergedObject[] {
  const merged = new Map<string, MergedObject>();
  for (const { environment, report } of standings) {
    for (const object of report?.report.objects ?? []) {
      const { apiVersion, kind, namespace, name, verdict, reason, message, diff, touched } = object;
      const { keysAdded, keysRemoved } = object;
      const identity = [apiVersion, kind, namespace, name, touched];
      const key = JSON.stringify([...identity, verdict, reason, message, diff, keysAdded, keysRemoved]);
      const same = merged.get(key);
      if (!same) merged.set(key, { object, environments: [environment.name] });
      else if (!same.environments.includes(environment.name)) same.environments.push(environment.name);
    }
  }
  return [...merged.values()].sort((one, other) => bySeverity(one.object, other.object));
}

/** Texts of lists in the reports, each once, with the environments that have it. */
export function mergedTexts(
  standings: Standing[],
  listOf: "identityProblems" | "uncoveredFiles",
): { text: string; environments: string[] }[] {
  const merged = new Map<string, string[]>();
  for (const { environment, report } of standings) {
    for (const text of new Set(report?.report[listOf] ?? [])) {
      merged.set(text, [...(merged.get(text) ?? []), environment.name]);
    }
  }
  return [...merged].map(([text, environments]) => ({ text, environments }));
}
