/** A request that IAM would judge. */
export interface Request {
  action: string;
  resource: string;
  /** Condition keys whose values are known. */
  context?: Record<string, string>;
}

/** `unclear`: a statement applies under a condition that is not judged here. */
export type Judgement = "allowed" | "denied" | "unclear";

type OneOrMore<T> = T | T[];

interface Statement {
  Effect: "Allow" | "Deny";
  Action?: OneOrMore<string>;
  NotAction?: OneOrMore<string>;
  Resource?: OneOrMore<string>;
  NotResource?: OneOrMore<string>;
  Principal?: "*" | Record<string, OneOrMore<string>>;
  Condition?: Record<string, Record<string, OneOrMore<string>>>;
}

/**
 * What a role's policies say to a request: a small part of IAM's own rules, and only of the policies it is given.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function judge(documents: string[], request: Request): Judgement {
  return judgeStatements(documents.flatMap(statementsOf), request);
}

/** What a role's trust policy says to a service that wants to take it. */
export function judgeTrust(document: string, service: string, context: Record<string, string>): Judgement {
  const forService = statementsOf(document).filter(({ Principal }) => {
    if (Principal === undefined) return false;
    return Principal === "*" || list(Principal.Service).includes(service);
  });
  return judgeStatements(forService, { action: "sts:AssumeRole", resource: "*", context });
}

function judgeStatements(statements: Statement[], request: Request): Judgement {
  const applying = statements.filter((statement) => isAbout(statement, request));
  const outcomes = (effect: Statement["Effect"]) =>
    applying.filter(({ Effect }) => Effect === effect).map((statement) => conditionHolds(statement, request));
  const [denies, allows] = [outcomes("Deny"), outcomes("Allow")];
  if (denies.includes(true)) return "denied";
  if (denies.includes(undefined)) return "unclear";
  if (allows.includes(true)) return "allowed";
  return allows.includes(undefined) ? "unclear" : "denied";
}

/** IAM's API gives documents as in an address. */
function statementsOf(document: string): Statement[] {
  const text = document.trimStart().startsWith("{") ? document : decodeURIComponent(document);
  const { Statement } = JSON.parse(text) as { Statement: OneOrMore<Statement> };
  return list(Statement);
}

function isAbout({ Action, NotAction, Resource, NotResource }: Statement, request: Request): boolean {
  const action = request.action.toLowerCase();
  const names = (patterns: OneOrMore<string> | undefined) =>
    list(patterns).some((pattern) => matches(pattern.toLowerCase(), action));
  const meets = (patterns: OneOrMore<string> | undefined) =>
    list(patterns).some((pattern) => matches(pattern, request.resource));
  const aboutAction = NotAction === undefined ? names(Action) : !names(NotAction);
  // A trust policy names no resource.
  const aboutAny = Resource === undefined && NotResource === undefined;
  return aboutAction && (aboutAny || (NotResource === undefined ? meets(Resource) : !meets(NotResource)));
}

/** Operators that are judged, each as a comparison of a pattern with a value. */
const operators: Record<string, (pattern: string, value: string) => boolean> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: matches,
  ArnEquals: matches,
  ArnLike: matches,
};

/** Whether all conditions of a statement hold; undefined where one is not judged here. */
function conditionHolds({ Condition = {} }: Statement, { context = {} }: Request): boolean | undefined {
  const values = Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]),
  );
  const outcomes = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, patterns]) => {
      const compare = operators[operator];
      const value = values[key.toLowerCase()];
      if (!compare || value === undefined || list(patterns).some((pattern) => pattern.includes("${")))
        return undefined;
      return list(patterns).some((pattern) => compare(pattern, value));
    }),
  );
  if (outcomes.includes(false)) return false;
  return outcomes.includes(undefined) ? undefined : true;
}

function matches(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[\\^$.+()[\]{}|]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(value);
}

function list<T>(value: OneOrMore<T> | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
