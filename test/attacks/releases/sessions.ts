import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { must } from "../pullRequests/attack";
import type { Credentials } from "./stolen";
import { stolenRelease } from "./stolenRelease";
import { attacked, type ReleasedWorld } from "./world";

/** AWS's services with the credentials of the release's role. */
export async function asTheRelease(world: ReleasedWorld) {
  const { credentials } = await stolenRelease(world);
  const settings = {
    endpoint: `http://127.0.0.1:${String(world.sandbox.state.ports.aws)}`,
    region: world.region(attacked).deployment.region,
    credentials,
  };
  return { codebuild: new CodeBuildClient(settings), logs: new CloudWatchLogsClient(settings) };
}

/** Variables by which the `aws` command works with credentials. */
export function variablesOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): NodeJS.ProcessEnv {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** How AWS denies an action that no policy of the role allows. @param said what it answered */
export function denial(action: string, said: string): string {
  must(/AccessDenied/.test(said) && said.includes(`perform: ${action}`), `AWS answers: ${said}`);
  return /User: .*/.exec(said)?.[0] ?? said;
}
