import type { data } from "@actions/expressions" with { "resolution-mode": "import" };
import { languageServices } from "./languageServices";

/** Values of the contexts by name, such as `github`, `needs` and `matrix`. */
export type Contexts = Record<string, unknown>;

/** What the status functions say about a job: https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions */
export interface Status {
  success: boolean;
  failure: boolean;
  cancelled: boolean;
}

/** A part of a workflow file as the parser serializes it: plain values, and what is still to be evaluated. */
export type Template =
  | string
  | number
  | boolean
  | null
  | { type: 1; seq?: Template[] }
  | { type: 2; map?: { Key: Template; Value: Template }[] }
  | { type: 3; expr: string };

/** @throws Error if an expression in it cannot be evaluated */
export function evaluate(template: Template, contexts: Contexts): unknown {
  if (template === null || typeof template !== "object") return template;
  if (template.type === 1) return (template.seq ?? []).map((item) => evaluate(item, contexts));
  if (template.type === 3) return evaluateExpression(template.expr, contexts);
  return Object.fromEntries(
    (template.map ?? []).map(({ Key, Value }) => [
      String(evaluate(Key, contexts)),
      evaluate(Value, contexts),
    ]),
  );
}

/** The value of the text between `${{` and `}}`. */
export function evaluateExpression(expression: string, contexts: Contexts, status?: Status): unknown {
  const { Evaluator, Lexer, Parser, data } = languageServices();
  const functions = statusFunctions(status);
  const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const dictionary = toData(contexts) as data.Dictionary;
  const result = new Evaluator(
    tree,
    dictionary,
    new Map(functions.map((definition) => [definition.name, definition])),
  ).evaluate();
  return JSON.parse(JSON.stringify(result, data.replacer)) as unknown;
}

/** Whether a condition holds: neither false, 0, "" nor null. */
export function isTruthy(value: unknown): boolean {
  return Boolean(value) && !Number.isNaN(value);
}

function statusFunctions(status: Status | undefined) {
  if (status === undefined) return [];
  const { data } = languageServices();
  return Object.entries({ ...status, always: true }).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
}

function toData(value: unknown): data.ExpressionData {
  const { data } = languageServices();
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  const pairs = Object.entries(value).filter(([, item]) => item !== undefined);
  return new data.Dictionary(...pairs.map(([key, item]) => ({ key, value: toData(item) })));
}
