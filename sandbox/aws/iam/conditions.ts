import { asList, UnjudgeablePolicy, type Statement } from "./document";

/** Condition keys of a request with their values, such as `aws:SourceAccount`. */
export type Context = Record<string, string>;

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

/**
 * Whether a request meets all conditions of a statement. A key that the request lacks fails a condition, meets a
 * negated one, and meets any with `IfExists`.
 * @throws UnjudgeablePolicy for operators that are not implemented
 */
export function meetsConditions(condition: Statement["Condition"], context: Context): boolean {
  return Object.entries(condition ?? {}).every(([operatorName, keys]) => {
    const ifExists = operatorName.endsWith("IfExists");
    const operator = operators[operatorName.replace(/IfExists$/, "")];
    if (operatorName !== "Null" && !operator)
      throw new UnjudgeablePolicy(`The sandbox cannot judge a policy with the condition ${operatorName}.`);
    return Object.entries(keys).every(([key, values]) => {
      const actual = valueOf(context, key);
      const expected = asList(values).map(String);
      if (!operator) return expected.includes(String(actual === undefined));
      if (actual === undefined) return ifExists || operator.negated;
      return expected.some((value) => operator.compare(actual, value)) !== operator.negated;
    });
  });
}

/** Condition keys have no case. */
function valueOf(context: Context, key: string): string | undefined {
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
