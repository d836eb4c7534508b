/**
 * What aws-actions/configure-aws-credentials v6.2.3 does with a role and a token of the job's identity
 * (aws-actions/configure-aws-credentials:src/index.ts, src/assumeRole.ts, src/helpers.ts, src/cleanup/index.ts). The real one
 * asks twelve times, over two minutes or so, which a role that was just made needs: IAM shows it late. Nine times are enough
 * for the lag of the sandbox's IAM, and a refusal is the same one sooner.
 */
import { setTimeout as pause } from "node:timers/promises";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import {
  act,
  exportVariable,
  flag,
  idToken,
  input,
  refuseInputs,
  saveState,
  setOutput,
  setSecret,
  state,
} from "../toolkit";

const notThere = [
  ...["aws-profile", "overwrite-aws-profile", "aws-access-key-id", "aws-secret-access-key"],
  ...["aws-session-token", "web-identity-token-file", "role-chaining", "http-proxy", "no-proxy"],
  ...["role-external-id", "role-skip-session-tagging", "transitive-tag-keys", "inline-session-policy"],
  ...["managed-session-policies", "output-credentials", "output-env-credentials", "disable-retry"],
  ...["unset-current-credentials", "retry-max-attempts", "special-characters-workaround"],
  ...["use-existing-credentials", "force-skip-oidc", "action-timeout-s", "custom-tags", "sts-endpoint"],
];

const attempts = 9;

async function main(): Promise<void> {
  refuseInputs(notThere);
  saveState("isPost", "true");
  const region = input("aws-region");
  if (region === "") throw new Error("Input required and not supplied: aws-region");
  if (!/^[a-z0-9-]+$/.test(region)) throw new Error(`Region is not valid: ${region}`);
  const role = input("role-to-assume");
  if (role === "") throw new Error("The sandbox takes roles only: role-to-assume is missing");
  // It would look for credentials of the machine, and find none.
  if (!process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN)
    throw new Error("Credentials could not be loaded, please check your action inputs");
  exportVariable("AWS_DEFAULT_REGION", region);
  exportVariable("AWS_REGION", region);
  await takeRole(role, region);
  await tellWho(region);
}

async function takeRole(role: string, region: string): Promise<void> {
  const token = await idToken(input("audience")).catch((error: unknown) => {
    throw new Error(`getIDToken call failed: ${(error as Error).message}`);
  });
  console.log("Assuming role with OIDC");
  const sts = new STSClient({ region });
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: role,
    RoleSessionName: input("role-session-name") || "GitHubActions",
    DurationSeconds: Number.parseInt(input("role-duration-seconds"), 10) || 3600,
    WebIdentityToken: token,
  });
  const { AssumedRoleUser, Credentials } = await retried(() => sts.send(command)).catch((error: unknown) => {
    throw new Error(`Could not assume role with OIDC: ${(error as Error).message}`);
  });
  console.log(`Authenticated as assumedRoleId ${AssumedRoleUser?.AssumedRoleId ?? ""}`);
  for (const [name, value = ""] of [
    ["AWS_ACCESS_KEY_ID", Credentials?.AccessKeyId],
    ["AWS_SECRET_ACCESS_KEY", Credentials?.SecretAccessKey],
    ["AWS_SESSION_TOKEN", Credentials?.SessionToken],
  ] as const) {
    setSecret(value);
    exportVariable(name, value);
  }
}

/** Asks again after any error, with growing pauses (`retryAndBackoff` of src/helpers.ts). */
async function retried<Answer>(ask: () => Promise<Answer>, attempt = 1): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (attempt === attempts) throw error;
    const milliseconds = Math.random() * 2 ** (attempt - 1) * 50;
    console.log(
      `Retry: attempt ${String(attempt)} of ${String(attempts)} failed: ${(error as Error).message}. ` +
        `Retrying after ${milliseconds.toFixed()}ms.`,
    );
    await pause(milliseconds);
    return retried(ask, attempt + 1);
  }
}

/** Proves that the credentials work, and says whose they are. */
async function tellWho(region: string): Promise<void> {
  const { Account = "", Arn = "" } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  const expected = input("allowed-account-ids")
    .split(",")
    .map((id) => id.trim());
  if (expected[0] !== "" && !expected.includes(Account))
    throw new Error(
      `The account ID of the provided credentials (${Account}) does not match any of the expected account IDs: ${expected.join(", ")}`,
    );
  if (flag("mask-aws-account-id")) for (const value of [Account, Arn]) setSecret(value);
  setOutput("aws-account-id", Account);
  setOutput("authenticated-arn", Arn);
}

function cleanUp(): void {
  for (const name of ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "DEFAULT_REGION", "REGION"])
    exportVariable(`AWS_${name}`, "");
}

act(state("isPost") === "" ? main : cleanUp);
