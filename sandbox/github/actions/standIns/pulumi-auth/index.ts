/**
 * What pulumi/auth-actions v2.1.0 does (pulumi/auth-actions:src/main.ts, and `@pulumi/actions-helpers/auth`, which it bundles).
 * Where no address is given, the machine's `PULUMI_BACKEND_URL` leads to the sandbox's Pulumi Cloud.
 */
import { act, exportVariable, idToken, input, required, setOutput, setSecret } from "../toolkit";

async function main(): Promise<void> {
  for (const name of ["organization", "requested-token-type"])
    if (input(name) === "") throw new Error(`Input required and not supplied: ${name}`);
  const audience = `urn:pulumi:org:${input("organization")}`;
  const token = await exchanged(audience, await idToken(audience));
  console.log("OIDC token exchange performed successfully.");
  setSecret(token);
  setOutput("pulumi-access-token", token);
  exportVariable("PULUMI_ACCESS_TOKEN", token);
}

async function exchanged(audience: string, subjectToken: string): Promise<string> {
  const expiration = input("token-expiration");
  const answer = await fetch(
    new URL("api/oauth/token", input("cloud-url") || required("PULUMI_BACKEND_URL")),
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        audience,
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
        requested_token_type: input("requested-token-type"),
        subject_token: subjectToken,
        ...(expiration && { expiration: Number(expiration) }),
        ...(input("scope") && { scope: input("scope") }),
      }),
    },
  );
  const body = (await answer.json()) as { access_token?: string; message?: string };
  if (!answer.ok || body.access_token === undefined)
    throw new Error(
      `Invalid response from token exchange ${answer.status}: ${answer.statusText} (${body.message})`,
    );
  return body.access_token;
}

act(main);
