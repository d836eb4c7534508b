/** What the demo reads of the engine's events (pulumi/pulumi:sdk/go/common/apitype/events.go). */
export interface EngineEvent {
  resOutputsEvent?: { metadata: Step };
  resOpFailedEvent?: { metadata: Step };
  diagnosticEvent?: { severity: string; message: string; urn?: string };
  summaryEvent?: { durationSeconds: number; resourceChanges: Record<string, number>; isPreview: boolean };
}

interface Step {
  op: string;
  urn: string;
  type: string;
  provider?: string;
  diffs?: string[] | null;
}

const marks: Record<string, string> = { create: "+", update: "~", replace: "±", delete: "-" };

/** The lines that a person sees of an event: one for each resource that changes, errors and warnings in full. */
export function linesOf(event: EngineEvent): string[] {
  const { resOutputsEvent, resOpFailedEvent, diagnosticEvent, summaryEvent } = event;
  if (resOutputsEvent) return changeLine(resOutputsEvent.metadata);
  if (resOpFailedEvent) return [`  ! ${resourceName(resOpFailedEvent.metadata)} failed`];
  if (diagnosticEvent) return diagnosticLines(diagnosticEvent);
  if (summaryEvent) return [`  ${summary(summaryEvent)}`];
  return [];
}

function changeLine(step: Step): string[] {
  const mark = marks[step.op];
  // What no provider makes is a component or the stack itself: a name for the resources below it.
  if (!mark || !step.provider || step.type.startsWith("pulumi:")) return [];
  const changed = step.op === "update" && step.diffs?.length ? `  (${step.diffs.join(", ")})` : "";
  return [`  ${mark} ${resourceName(step)}${changed}`];
}

/** Type and name, without the module that Pulumi repeats: `aws:codebuild/project:Project` is `aws:codebuild:Project`. */
function resourceName({ type, urn }: Step): string {
  return `${type.replace(/\/\w+:/, ":").padEnd(34)} ${urn.split("::").slice(3).join("::")}`;
}

function diagnosticLines({ severity, message, urn }: NonNullable<EngineEvent["diagnosticEvent"]>): string[] {
  if (severity !== "error" && severity !== "warning") return [];
  const about = urn ? ` ${urn.split("::").at(-1) ?? ""}:` : "";
  return `${severity}:${about} ${message.trim()}`.split("\n").map((line) => `  ${line}`);
}

const done: Record<string, string> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

function summary({
  durationSeconds,
  resourceChanges,
  isPreview,
}: NonNullable<EngineEvent["summaryEvent"]>): string {
  const counts = Object.entries(resourceChanges).map(([op, count]) => {
    if (op === "same") return `${String(count)} unchanged`;
    return isPreview ? `${String(count)} to ${op}` : `${String(count)} ${done[op] ?? op}`;
  });
  return `${counts.join(", ")} (${String(durationSeconds)} s)`;
}
