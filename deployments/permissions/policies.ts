import type { Call } from "./call";
import { table } from "./calls";
import { places } from "./places";
import type { Place, StackScope } from "./scope";

/** A statement of a policy document. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: NonNullable<Place["condition"]>;
}

/** An IAM policy document. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** What the update role of a stack may do: every call of the table, where the stack's things are. */
export function updatePolicy(scope: StackScope): PolicyDocument {
  return policy(table, [scope]);
}

/** What the preview role may do: the calls that look, where the stacks' things are. */
export function previewPolicy(scopes: StackScope[]): PolicyDocument {
  return policy(
    table.filter(({ by }) => by.operations.includes("look")),
    scopes,
  );
}

function policy(calls: Call[], scopes: StackScope[]): PolicyDocument {
  const names = [...new Set(calls.map(({ place }) => place))];
  const statements = names.flatMap((name) => {
    const actions = calls.filter(({ place }) => place === name).map(({ action }) => action);
    return merged(scopes.flatMap((scope) => places[name](scope))).map((place, index) =>
      statement(`${name.charAt(0).toUpperCase()}${name.slice(1)}${String(index || "")}`, actions, place),
    );
  });
  return { Version: "2012-10-17", Statement: withoutDoubles(statements) };
}

/** Statements about the same place become one: an inline policy has 10,240 characters. */
function withoutDoubles(statements: Statement[]): Statement[] {
  const byPlace = new Map<string, Statement>();
  for (const one of statements) {
    const place = JSON.stringify([one.Resource, one.Condition]);
    const earlier = byPlace.get(place);
    const Action = [...new Set([...(earlier?.Action ?? []), ...one.Action])].sort();
    byPlace.set(place, { ...(earlier ?? one), Action });
  }
  return [...byPlace.values()];
}

/** Unconditional places of several stacks become one. */
function merged(found: Place[]): Place[] {
  const unconditional = found.filter(({ condition }) => condition === undefined);
  const resources = [...new Set(unconditional.flatMap((place) => place.resources))];
  const conditional = found.filter(({ condition }) => condition !== undefined);
  return [...conditional, ...(resources.length > 0 ? [{ resources }] : [])];
}

function statement(Sid: string, actions: string[], { resources, condition }: Place): Statement {
  return {
    Sid,
    Effect: "Allow",
    Action: [...new Set(actions)].sort(),
    Resource: resources,
    ...(condition && { Condition: condition }),
  };
}
