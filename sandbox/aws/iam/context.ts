import type { AwsRequest } from "../request";
import type { Context } from "./conditions";
import { UnjudgeablePolicy } from "./document";
import { conditionKeysFor, type Role } from "./evaluate";
import { isStartBuildKey, startBuildContext } from "./startBuildKeys";

/**
 * The condition keys of a request, for the operations whose keys the sandbox knows.
 * @throws UnjudgeablePolicy where a policy asks for one that it does not know: it would pass for absent
 */
export function contextOf({ service, operation, body }: AwsRequest, role: Role): Context {
  if (`${service}:${operation}` !== "codebuild:StartBuild") return {};
  const unknown = conditionKeysFor(role, "codebuild:StartBuild").find(
    (key) => /^codebuild:/i.test(key) && !isStartBuildKey(key),
  );
  if (unknown !== undefined)
    throw new UnjudgeablePolicy(`The sandbox does not know the condition key ${unknown} of StartBuild.`);
  return startBuildContext(JSON.parse(body) as Record<string, unknown>);
}
