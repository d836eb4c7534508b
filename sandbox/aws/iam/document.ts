/** An IAM policy document, as far as the sandbox can judge one. */
export interface PolicyDocument {
  Statement: Statement | Statement[];
}

/** One statement. `Not...` elements are refused by {@link statements}. */
export interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource?: string | string[];
  Principal?: string | Record<string, string | string[]>;
  Condition?: Record<string, Record<string, string | boolean | (string | boolean)[]>>;
}

/** A policy says something that the sandbox cannot judge, and guessing would make every verdict worthless. */
export class UnjudgeablePolicy extends Error {}

const known = new Set(["Sid", "Effect", "Action", "Resource", "Principal", "Condition"]);

/**
 * The statements of a document.
 * @throws UnjudgeablePolicy for elements and policy variables that are not implemented
 */
export function statements(document: PolicyDocument): Statement[] {
  const all = asList(document.Statement);
  for (const statement of all) {
    const unknown = Object.keys(statement).filter((element) => !known.has(element));
    if (unknown.length > 0)
      throw new UnjudgeablePolicy(`The sandbox cannot judge a policy with ${unknown.join(", ")}.`);
    if (JSON.stringify(statement).includes("${"))
      throw new UnjudgeablePolicy("The sandbox cannot judge a policy with policy variables.");
  }
  return all;
}

/** One or many, as policy documents have it everywhere. */
export function asList<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
