/** A statement of an IAM policy, with lists where IAM takes one or several. */
export interface Statement {
  sid: string;
  allows: boolean;
  actions: string[];
  resources: string[];
  /** Who may take the role, by kind: `Service`, `Federated`, `AWS`. */
  principals: Record<string, string[]>;
  /** Whether it names what it does not mean: `NotAction`, `NotResource`, `NotPrincipal`. */
  negates: boolean;
  /** Values by operator and condition key. */
  conditions: Record<string, Record<string, unknown>>;
}

/**
 * The statements of a policy as the program gives it, as text or as an object.
 * @throws {SyntaxError} if the text is no JSON
 */
export function statementsOf(policy: unknown): Statement[] {
  const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as { Statement?: unknown };
  return listOf(document.Statement).map((one) => statementOf(one as Record<string, unknown>));
}

function statementOf(statement: Record<string, unknown>): Statement {
  const { Sid, Effect, Action, Resource, Principal, Condition } = statement;
  const principals = typeof Principal === "string" ? { AWS: Principal } : (Principal ?? {});
  return {
    sid: typeof Sid === "string" ? Sid : "a statement without Sid",
    allows: Effect !== "Deny",
    actions: listOf(Action).map(String),
    resources: listOf(Resource).map(String),
    principals: Object.fromEntries(
      Object.entries(principals).map(([kind, names]) => [kind, listOf(names).map(String)]),
    ),
    negates: ["NotAction", "NotResource", "NotPrincipal"].some((key) => key in statement),
    conditions: (Condition ?? {}) as Statement["conditions"],
  };
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Whether a name in a policy stands for several. */
export function hasWildcard(name: string): boolean {
  return /[*?]/.test(name);
}

/** Whether a statement has a condition on a key, whose case IAM ignores, with one of some operators. */
export function hasCondition({ conditions }: Statement, key: string, operators: RegExp): boolean {
  return Object.entries(conditions).some(
    ([operator, values]) =>
      operators.test(operator) &&
      Object.entries(values).some(
        ([name, value]) =>
          name.toLowerCase() === key.toLowerCase() && listOf(value).every((one) => one !== "*" && one !== ""),
      ),
  );
}
