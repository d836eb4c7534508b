import { asList, UnjudgeablePolicy, type Statement } from "./document";

/** Condition keys of a request with their values, such as `aws:SourceAccount`; those of many values as a list. */
export type Context = Record<string, string | string[]>;

type Comparison = (actual: string, expected: string) => boolean;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: Record<string, { compare: Comparison; negated: boolean }> = {
  StringEquals: { compare: (actual, expected) => actual === expected, negated: false },
  StringNotEquals: { compare: (actual, expected) => actual === expected, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoreCase, negated: false },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoreCase, negated: true },
  StringLike: { compare: matchesWildcard, negated: false },
  StringNotLike: { compare: matchesWildcard, negated: true },
  // The same as ArnLike, says the page above.
  ArnEquals: { compare: matchesArn, negated: false },
  ArnNotEquals: { compare: matchesArn, negated: true },
  ArnLike: { compare: matchesArn, negated: false },
  ArnNotLike: { compare: matchesArn, negated: true },
  Bool: { compare: equalsIgnoreCase, negated: false },
};

/** How an operator is applied to a key of many values. */
type Quantifier = "ForAllValues" | "ForAnyValue";

/**
 * Whether a request meets all conditions of a statement. A key that the request lacks fails a condition, meets a
 * negated one, and meets any with `IfExists`.
 * @throws UnjudgeablePolicy for operators that are not implemented
 */
export function meetsConditions(condition: Statement["Condition"], context: Context): boolean {
  return Object.entries(condition ?? {}).every(([operatorName, keys]) => {
    const [, quantifier, name = "", ifExists] =
      /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operatorName) ?? [];
    const operator = operators[name];
    if (operatorName !== "Null" && !operator)
      throw new UnjudgeablePolicy(`The sandbox cannot judge a policy with the condition ${operatorName}.`);
    return Object.entries(keys).every(([key, values]) => {
      const actual = valueOf(context, key);
      const expected = asList(values).map(String);
      if (!operator) return expected.includes(String(actual === undefined));
      const meets = (value: string) =>
        expected.some((one) => operator.compare(value, one)) !== operator.negated;
      if (quantifier !== undefined) return meetsForEach(quantifier as Quantifier, asList(actual), meets);
      if (actual === undefined) return ifExists !== undefined || operator.negated;
      if (typeof actual !== "string")
        throw new UnjudgeablePolicy(
          `The sandbox cannot judge a policy that compares ${key}, which has many values, with ${operatorName}.`,
        );
      return meets(actual);
    });
  });
}

/**
 * A key that the request lacks meets what all its values must, and never what one of them must:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function meetsForEach(quantifier: Quantifier, actual: string[], meets: (value: string) => boolean): boolean {
  return quantifier === "ForAllValues" ? actual.every(meets) : actual.some(meets);
}

/** Condition keys have no case. */
function valueOf(context: Context, key: string): string | string[] | undefined {
  return Object.entries(context).find(([name]) => equalsIgnoreCase(name, key))?.[1];
}

function equalsIgnoreCase(actual: string, expected: string): boolean {
  return actual.toLowerCase() === expected.toLowerCase();
}

/** `*` is any text, `?` one character. */
export function matchesWildcard(actual: string, pattern: string): boolean {
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(actual);
}

/** Each of the six parts of an ARN is matched by itself, so that a `*` reaches no further than its part. */
function matchesArn(actual: string, pattern: string): boolean {
  const parts = (arn: string) => {
    const [scheme, partition, service, region, account, ...resource] = arn.split(":");
    return [scheme, partition, service, region, account, resource.join(":")];
  };
  const actualParts = parts(actual);
  return parts(pattern).every((part, index) => matchesWildcard(actualParts[index] ?? "", part ?? ""));
}
