import fc from "fast-check";
import { settingsTable } from "../../stacks/settingsTable";
import { logRetentionDays } from "../../stacks/settingsValues";
import type { Config } from "./badSettings";
import { own } from "./up";
import { connectionArn, mockRegion, type MockRegion } from "./world";

const id = (prefix: string) =>
  fc
    .string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 17, maxLength: 17 })
    .map((hex) => prefix + hex);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/);
const optional = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { nil: undefined });
const json = (arbitrary: fc.Arbitrary<unknown>) => arbitrary.map((value) => JSON.stringify(value));

/** GitHub's credential: exactly one of three. */
const credential = fc.constantFrom<Config>(
  { [own("connectionArn")]: connectionArn },
  {
    [own("connectionArn")]: undefined,
    [own("githubSecretArn")]: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:github-AbCdEf",
  },
  { [own("connectionArn")]: undefined, [own("githubDefaultCredential")]: "true" },
);

const optionalSettings = fc.record<Config>({
  [own("githubActorIds")]: optional(
    json(fc.uniqueArray(fc.integer({ min: 1 }), { minLength: 1, maxLength: 5 })),
  ),
  [own("runnerGroup")]: optional(fc.constant('{"id":7,"name":"k8s-dryrun","branch":"main"}')),
  [own("guardedKinds")]: optional(fc.constant('["configmaps","deployments.apps"]')),
  [own("applyKinds")]: optional(fc.constant('["secrets","roles.rbac.authorization.k8s.io"]')),
  [own("releaseTags")]: optional(fc.constant('["v*","release/*"]')),
  [own("releaseOrder")]: optional(fc.constant('["kr-production","ja-production"]')),
  [own("gateOverrides")]: optional(fc.constant('{"no-rights":"passes"}')),
  [own("serverSideFieldManager")]: optional(name),
  [own("allowedRemotePrefixes")]: optional(
    json(
      fc.array(
        name.map((host) => `https://${host}/`),
        { minLength: 1 },
      ),
    ),
  ),
  [own("notSecretNames")]: optional(
    json(
      fc.array(
        name.map((text) => `${text}*`),
        { minLength: 1 },
      ),
    ),
  ),
  [own("computeType")]: optional(fc.constantFrom("BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_LARGE")),
  [own("image")]: optional(fc.constant("aws/codebuild/standard:7.0")),
  [own("runnerStartMinutes")]: optional(json(fc.integer({ min: 5, max: 240 }))),
  [own("buildTimeoutMinutes")]: optional(json(fc.integer({ min: 21, max: 2160 }))),
  [own("queuedTimeoutMinutes")]: optional(json(fc.integer({ min: 5, max: 480 }))),
  [own("logRetentionDays")]: optional(json(fc.constantFrom(...logRetentionDays))),
  [own("permissionsBoundaryArn")]: optional(name.map((text) => `arn:aws:iam::123456789012:policy/${text}`)),
  [own("tags")]: optional(
    json(fc.dictionary(name, fc.stringMatching(/^[\p{L}\p{N} _.:/=+@-]{0,30}$/u), { maxKeys: 5 })),
  ),
});

/** Two to four subnets of the home stack's region, each with its way out, in a region that has what they name. */
const subnets = fc
  .array(
    fc.oneof(
      fc.constant({}),
      fc.record({ natGatewayId: id("nat-") }),
      fc.record({ routeTableId: id("rtb-") }),
    ),
    {
      minLength: 2,
      maxLength: 4,
    },
  )
  .map((waysOut) => {
    const region = mockRegion("ap-northeast-1", ["a", "c"], "10.10");
    const all: { natGatewayId?: string; routeTableId?: string }[] = waysOut;
    for (const { natGatewayId, routeTableId } of all) {
      if (natGatewayId) region.natGateways.push({ id: natGatewayId, zone: "ap-northeast-1a" });
      if (routeTableId) {
        const routes = [{ cidrBlock: "0.0.0.0/0", gatewayId: "", natGatewayId: "nat-a" }];
        region.routeTables[routeTableId] = { vpcId: "vpc-1", routes };
      }
    }
    const runnerSubnets = all.map((wayOut, index) => ({
      availabilityZone: `ap-northeast-1${"abcd".charAt(index)}`,
      cidrBlock: `10.10.96.${String(index * 32)}/27`,
      ...wayOut,
    }));
    return { region, config: { [own("runnerSubnets")]: JSON.stringify(runnerSubnets) } };
  });

/** A stack file of the home stack in which everything is right, and a region as it says. */
export const rightSettings: fc.Arbitrary<{ config: Config; region: MockRegion }> = fc
  .tuple(credential, optionalSettings, subnets, fc.boolean())
  .map(([githubCredential, settings, { region, config }, isPublic]) => {
    const visible = isPublic && settings[own("githubActorIds")] !== undefined;
    region.repository.visibility = visible ? "public" : "private";
    // Without actors a runner group would be refused.
    const { [own("runnerGroup")]: group, ...others } = settings;
    const grouped = settings[own("githubActorIds")] === undefined ? others : settings;
    void group;
    const visibility = { [own("targetRepositoryIsPublic")]: String(visible) };
    return { region, config: { ...githubCredential, ...grouped, ...config, ...visibility } };
  });

/** Values as a person, a script or another program may have left them. */
const anyValue = fc.oneof(
  fc.string({ unit: "binary" }),
  json(fc.jsonValue()),
  fc.string({ maxLength: 400, minLength: 100 }),
  fc.constantFrom(
    "",
    "true",
    "null",
    "[]",
    "{}",
    "0",
    "-1",
    "1e999",
    "[[[[]]]]",
    '{"__proto__":{"a":1}}',
    '"',
  ),
  ...Object.values(settingsTable).map(({ example }) => fc.constant(example)),
);

const anyKey = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.keys(settingsTable).map(own)) },
  fc.constantFrom("aws:region", "aws:allowedAccountIds", "aws:profile", "github:token", "github:owner"),
  fc.constantFrom("toString", "constructor", "__proto__", "hasOwnProperty", "", "a.b", "a[0]").map(own),
  fc.string({ maxLength: 20 }).map(own),
  fc.string({ maxLength: 20 }).map((text) => `other:${text}`),
);

/** A few changes to a stack file, with no respect for what is expected. */
export const anyChanges: fc.Arbitrary<Config> = fc
  .array(fc.tuple(anyKey, fc.option(anyValue, { nil: undefined })), { minLength: 1, maxLength: 6 })
  .map((entries) => Object.fromEntries(entries));

/** Where a secret may stand in the environment. */
const credentialVariables = [
  ...[
    "GITHUB_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
  ],
];

/** The middle of every generated secret: what no message may have in it. */
export const canary = "canaryinthemine";

/** A secret with whatever may stand in one, so that quoting it is not easy. */
export const anySecret = fc
  .tuple(fc.string({ maxLength: 10 }), fc.constantFrom("", "'", '"', "\\", "\n", "`$(x)`", "é"))
  .map(([text, special]) => `${special}${text}${canary}${special}`);

/** Places for a secret in the environment, some of them with one. */
export const anyEnvironment = fc.record({
  variable: fc.constantFrom(...credentialVariables),
  owner: fc.option(fc.constantFrom("example-org", "other-org", "", "\n"), { nil: undefined }),
});
