/**
 * `node deployments/githubToken.mjs >> /PULUMI_ENV`: a token of our GitHub App for the update that follows, an hour long
 * and for the target repository alone. Pulumi's own app, whose token `GITHUB_TOKEN` would be otherwise, reaches every
 * repository that it is installed on and may not write workflows.
 *
 * It runs before `npm install`, so it needs nothing but Node.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
 */
import { createSign } from "node:crypto";

const variables = [
  "GITHUB_APP_ID",
  "GITHUB_APP_INSTALLATION_ID",
  "GITHUB_APP_PRIVATE_KEY",
  "TARGET_REPOSITORY",
];

const missing = variables.filter((name) => !process.env[name]);
if (missing.length > 0)
  fail(`${missing.join(", ")} not set: the deployments project sets them for the home stack.`);

const api = process.env.GITHUB_BASE_URL ?? "https://api.github.com/";
const response = await fetch(
  new URL(`app/installations/${process.env.GITHUB_APP_INSTALLATION_ID}/access_tokens`, api),
  {
    method: "POST",
    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${jsonWebToken()}` },
    body: JSON.stringify({ repositories: [process.env.TARGET_REPOSITORY.split("/")[1]] }),
  },
);
if (response.status !== 201)
  fail(
    `GitHub gives no token for installation ${process.env.GITHUB_APP_INSTALLATION_ID} on ${process.env.TARGET_REPOSITORY}: ` +
      `${response.status} ${(await response.json().catch(() => ({}))).message ?? ""}. ` +
      "The app must be installed on that repository with the permissions that docs/deployments.md lists.",
  );
console.log(`GITHUB_TOKEN=${(await response.json()).token}`);

/** Proves that we hold the app's key. GitHub takes ten minutes at most; a minute back allows for clocks that differ. */
function jsonWebToken() {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iat: now - 60, exp: now + 540, iss: process.env.GITHUB_APP_ID };
  const signed = [{ alg: "RS256", typ: "JWT" }, claims].map(base64url).join(".");
  const signature = createSign("RSA-SHA256")
    .update(signed)
    .sign(process.env.GITHUB_APP_PRIVATE_KEY, "base64url");
  return `${signed}.${signature}`;
}

function base64url(value) {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
