import type { Run } from "./run";
import type { InputDefinition } from "./workflowFile";

type Definitions = Record<string, InputDefinition>;

/** The `inputs` context of a run that was started by hand; empty for any other. */
export function dispatchedInputs({ event, inputDefinitions }: Run): Record<string, unknown> {
  if (!inputDefinitions) return {};
  return withDefaults(inputDefinitions, event.inputs as Record<string, unknown>);
}

/** Values by name, of the types that the definitions have: https://docs.github.com/actions/reference/workflows-and-actions/contexts#inputs-context */
export function withDefaults(
  definitions: Definitions,
  given: Record<string, unknown> | null,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => {
      const value = given?.[name] ?? definition.default;
      return [name, typed(definition, value)];
    }),
  );
}

function typed({ type }: InputDefinition, value: unknown): unknown {
  if (type === "boolean") return String(value) === "true";
  if (type === "number") return Number(value ?? 0);
  return value ?? "";
}

/** What GitHub says of inputs that a run by hand cannot have: https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event */
export function inputProblem(definitions: Definitions, given: Record<string, unknown>): string | undefined {
  const unexpected = Object.keys(given).filter((name) => !(name in definitions));
  // https://github.com/cli/cli/issues/4001
  if (unexpected.length > 0) return `Unexpected inputs provided: ${JSON.stringify(unexpected)}`;
  for (const [name, { required, default: standard, type, options }] of Object.entries(definitions)) {
    const value = given[name] ?? standard;
    if (required && (value === undefined || value === "")) return `Required input '${name}' not provided`;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (type === "choice" && value !== undefined && !options?.includes(text))
      return `Provided value '${text}' for input '${name}' not in the list of allowed values`;
  }
  return undefined;
}
