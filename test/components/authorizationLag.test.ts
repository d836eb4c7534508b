import { expect } from "chai";
import { describe, it } from "mocha";
import { isAuthorizationLag, retryOnAuthorizationLag } from "../../components/authorizationLag";

const refused =
  "creating CodeBuild Project (x): operation error CodeBuild: CreateProject, https response error StatusCode: 400, " +
  "OAuthProviderException: User is not authorized to access connection arn:aws:codeconnections:r:1:connection/c";
const denied =
  "creating CodeBuild Webhook (x): operation error CodeBuild: CreateWebhook, https response error StatusCode: 400, " +
  "InvalidInputException: Access denied to connection arn:aws:codeconnections:r:1:connection/c";

/** A hook with a clock of its own, and what it is asked. */
function hookWithClock() {
  let now = 0;
  const hook = retryOnAuthorizationLag({
    now: () => now,
    sleep: (milliseconds) => Promise.resolve(void (now += milliseconds)),
  });
  const ask = (error: string, failedOperation = "create", urn = "urn:one") =>
    Promise.resolve(hook({ urn, id: "", name: "", type: "", failedOperation, errors: [error] }));
  return { ask, elapsed: () => now };
}

describe("retries while IAM lags", () => {
  it("recognise CodeBuild's two answers about the connection", () => {
    expect([refused, denied].map(isAuthorizationLag)).to.deep.equal([true, true]);
  });

  for (const error of [
    "InvalidInputException: Project name must not be empty",
    "AccessDeniedException: User is not authorized to perform: codebuild:CreateProject",
    "OAuthProviderException: Failed to create webhook. Repository not found or permission denied.",
    "ResourceAlreadyExistsException: Project already exists",
    "",
  ]) {
    it(`leave other errors alone: ${error || "(empty)"}`, async () => {
      const { ask, elapsed } = hookWithClock();
      expect(await ask(error)).to.equal(false);
      expect(elapsed()).to.equal(0);
    });
  }

  it("pause five seconds between tries and end within two minutes", async () => {
    const { ask, elapsed } = hookWithClock();
    let tries = 0;
    while (await ask(refused)) tries += 1;
    expect(tries).to.equal(24);
    expect(elapsed()).to.equal(120_000);
  });

  it("give each resource its own two minutes", async () => {
    const { ask } = hookWithClock();
    while (await ask(refused)) {
      // until the first one's time is up
    }
    expect(await ask(denied, "create", "urn:other")).to.equal(true);
  });

  it("repeat an update as well as a creation, and never a deletion", async () => {
    const { ask } = hookWithClock();
    expect(await ask(refused, "update", "urn:updated")).to.equal(true);
    expect(await ask(denied, "delete", "urn:deleted")).to.equal(false);
  });
});
