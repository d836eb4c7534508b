import { expect } from "chai";
import fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, it } from "mocha";
import { policies } from "../../policy/policies";
import { judge, resourcesIn } from "../policy/judge";
import { anyChanges, anyEnvironment, anySecret, canary, rightSettings } from "./arbitrarySettings";
import { badSettings, type Config } from "./badSettings";
import { runProgram, type ProgramRun } from "./runProgram";
import { deployed, own } from "./up";
import { configs, mockRegion, mockWorld, type MockRegion } from "./world";

const stack = "ja-production";

/** A run of the home stack with changes to its file, and how many lookups it made. */
async function run(changes: Config, region: MockRegion): Promise<ProgramRun & { lookups: number }> {
  const entries = Object.entries({ ...configs[stack], ...changes });
  const config = entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
  const world = mockWorld(region, deployed);
  let lookups = 0;
  for (const [token, answer] of Object.entries(world.functions)) {
    world.functions[token] = (args) => {
      lookups++;
      return answer(args);
    };
  }
  const ended = await runProgram(stack, Object.fromEntries(config), world);
  return { ...ended, lookups };
}

/** Paragraphs of the error, each about one problem. */
function problemsIn(message: string): string[] {
  const [first = "", ...paragraphs] = message.split(/\n\n {2}(?=\S)/);
  expect(first).to.equal(
    `The settings of stack ${stack} have ${String(paragraphs.length)} problem${paragraphs.length === 1 ? "" : "s"}. ` +
      "Nothing was looked up or changed.",
  );
  return paragraphs;
}

// The program reads the environment itself.
describe("whatever a stack's file and the environment say,", function () {
  this.timeout(120_000);
  const before = { ...process.env };
  const setEnvironment = (variables: Config) => {
    process.env = { ...before, ...variables };
    for (const [name, value] of Object.entries(variables)) if (value === undefined) delete process.env[name];
  };
  beforeEach(() => {
    setEnvironment({ GITHUB_OWNER: undefined });
  });
  afterEach(() => {
    process.env = before;
  });

  it("the program deploys and keeps every rule of the policy pack where they are right", async () => {
    await fc.assert(
      fc.asyncProperty(rightSettings, async ({ config, region }) => {
        const { error, registered, outputs } = await run(config, region);
        if (error) throw error;
        expect(outputs.runnerLabel).to.be.a("string");
        expect(await judge(policies, resourcesIn(registered))).to.deep.equal([]);
      }),
      { numRuns: 25 },
    );
  });

  it("the program deploys, or refuses in one error before any lookup, without a stack trace", async () => {
    const region = mockRegion("ap-northeast-1", ["a", "c"], "10.10");
    await fc.assert(
      fc.asyncProperty(anyChanges, anyEnvironment, async (changes, { owner }) => {
        setEnvironment({ GITHUB_OWNER: owner });
        const { error, registered, outputs, lookups } = await run(changes, region);
        if (!error) {
          expect(outputs.runnerLabel).to.be.a("string");
          return;
        }
        expect(pulumi.RunError.isInstance(error), String(error.stack)).to.equal(true);
        expect(error.stack)
          .to.equal(error.message)
          .and.to.not.match(/\n\s+at .*:\d+/);
        // What the file says may be well-formed and still not be so in the cloud.
        if (error.message.startsWith("The settings")) {
          expect(problemsIn(error.message)).to.have.length.above(0);
          expect(lookups).to.equal(0);
        }
        expect(registered.filter(({ type }) => !type.startsWith("pulumi:"))).to.deep.equal([]);
      }),
      { numRuns: 150 },
    );
  });

  it("every mistake is named, however many there are", async () => {
    // Of those that one setting decides about another, one at a time.
    const groups = [
      ["connectionArn", "githubSecretArn", "githubDefaultCredential"],
      [
        ...["targetRepositoryIsPublic", "githubActorIds", "runnerGroup"],
        ...["apply", "targetRepositoryId", "targetRepositoryOwnerId", "defaultBranch", "releaseReviewers"],
      ],
      ["delivery", "requiredCheck", "githubAppId"],
      ["cluster", "clusterSubnetIds", "clusterVpcCidrBlock", "runnerSubnets"],
      ["targetRepository", "targetRepo", "GITHUB_OWNER", "GITHUB_ORGANIZATION", "github:owner"],
    ];
    const groupOf = (key: string) => {
      const [name = ""] = key.replace("eks-dryrun-runner:", "").split(/[.[]/);
      return groups.find((group) => group.includes(name))?.[0] ?? name;
    };
    const mistakes = fc.uniqueArray(fc.constantFrom(...badSettings), {
      selector: ([, , key]) => groupOf(key),
      minLength: 2,
      maxLength: 12,
    });
    const region = mockRegion("ap-northeast-1", ["a", "c"], "10.10");
    await fc.assert(
      fc.asyncProperty(mistakes, async (rows) => {
        setEnvironment(Object.assign({}, ...rows.map(([, , , variables]) => variables)) as Config);
        const changes = Object.assign({}, ...rows.map(([, change]) => change)) as Config;
        const { error, lookups } = await run(changes, region);
        const named = problemsIn(error?.message ?? "").map((paragraph) => paragraph.split(/ (?:is|has) /)[0]);
        expect(named).to.have.members(rows.map(([, , key]) => key));
        expect(lookups).to.equal(0);
      }),
      { numRuns: 150 },
    );
  });

  it("no error repeats a secret of the environment or one that is stored as a secret, wherever it was put", async () => {
    const region = mockRegion("ap-northeast-1", ["a", "c"], "10.10");
    const places = fc.constantFrom<(secret: string) => Config>(
      ...[
        "targetRepository",
        "image",
        "computeType",
        "connectionArn",
        "runnerSubnets",
        "tags",
        "buildTimeoutMinutes",
      ].map((name) => (secret: string) => ({ [own(name)]: secret })),
      (secret) => ({ [own("tags")]: JSON.stringify({ team: `;${secret}` }) }),
      (secret) => ({ [own("tags")]: JSON.stringify({ [`${secret};`]: "x" }) }),
      (secret) => ({
        [own("runnerSubnets")]: JSON.stringify([{ availabilityZone: secret, cidrBlock: secret }]),
      }),
      (secret) => ({ [own("githubSecretArn")]: `a:b:c:${secret}` }),
      (secret) => ({ [own("targetRepository")]: `https://${secret}@github.com/o/n` }),
      (secret) => ({ [own("image")]: "x".repeat(115) + secret }),
      (secret) => ({ [own(secret)]: "x" }),
      (secret) => ({ "aws:region": secret }),
      (secret) => ({ "aws:allowedAccountIds": JSON.stringify([secret]) }),
      (secret) => ({ "github:token": secret }),
      (secret) => ({ [own("targetRepository")]: "o/n", GITHUB_OWNER: secret }),
    );
    await fc.assert(
      fc.asyncProperty(
        places,
        anySecret,
        anyEnvironment,
        fc.boolean(),
        async (place, secret, { variable }, stored) => {
          const { GITHUB_OWNER: owner, ...changes } = place(secret);
          // A key's name is never stored as a secret.
          const keys = stored ? Object.keys(changes).filter((key) => !key.includes(canary)) : [];
          setEnvironment({
            GITHUB_OWNER: owner,
            PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(keys),
            [variable]: keys.length === 0 || owner !== undefined ? secret : undefined,
          });
          const { error } = await run(changes, region);
          expect(error, "no mistake").to.not.equal(undefined);
          expect(`${error?.message ?? ""}${error?.stack ?? ""}`).to.not.include(canary);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("a setting that is stored as a secret is refused, as it would not stay one", async () => {
    setEnvironment({ PULUMI_CONFIG_SECRET_KEYS: JSON.stringify([own("image"), "aws:profile"]) });
    const { error } = await run(
      { [own("image")]: "aws/codebuild/standard:7.0" },
      mockRegion("ap-northeast-1", ["a", "c"], "10.10"),
    );
    expect(problemsIn(error?.message ?? "")).to.deep.equal([
      [
        "eks-dryrun-runner:image is stored as a secret",
        "    expected: a plain value: it is shown, in the cloud, in the state or in committed files",
        `    mend it:  pulumi config set --plaintext eks-dryrun-runner:image <value> --stack ${stack}`,
      ].join("\n"),
    ]);
  });
});
