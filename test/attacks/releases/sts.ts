import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { must } from "../pullRequests/attack";
import { type Credentials, claimsIn } from "./stolen";
import { attacked, type ReleasedWorld } from "./world";

/** Takes the release's role of an environment with a token. @throws Error with STS's refusal as its name */
export async function assume(
  world: ReleasedWorld,
  token: string | undefined,
  stack = attacked,
): Promise<Credentials> {
  const { sandbox } = world;
  const { deployment } = world.region(stack);
  const client = new STSClient({
    endpoint: `http://127.0.0.1:${String(sandbox.state.ports.aws)}`,
    region: deployment.region,
  });
  const { Credentials: made } = await client.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: deployment.releaseRoleArn,
      RoleSessionName: "attack",
      WebIdentityToken: token ?? "",
    }),
  );
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = made ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** How STS refuses a token, by the name of its error. */
export async function refusedBySts(
  world: ReleasedWorld,
  token: string | undefined,
  expected: { name: string; stack?: string; claim?: string },
): Promise<string> {
  must(token !== undefined && token !== "", "there is no token, so nothing is proven");
  const error = await assume(world, token, expected.stack).then(
    () => undefined,
    (cause: unknown) => cause as Error,
  );
  must(error !== undefined, "STS gave credentials");
  must(error?.name === expected.name, `STS answers ${String(error?.name)}: ${String(error?.message)}`);
  const claim =
    expected.claim === undefined
      ? ""
      : ` to ${expected.claim} ${String(claimsIn(token ?? "")[expected.claim])}`;
  return `STS answers ${expected.name}${claim}: ${error?.message ?? ""}`;
}
