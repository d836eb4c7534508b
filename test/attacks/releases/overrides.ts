import { StartBuildCommand, type StartBuildCommandInput } from "@aws-sdk/client-codebuild";
import { deniedOverrides } from "../../../components/startBuildOverrides";
import { type Attack, held } from "../pullRequests/attack";
import { asTheRelease, denial } from "./sessions";
import { attacked, type ReleasedWorld } from "./world";

const runsAnything = 'version: 0.2\nphases:\n  build:\n    commands: ["kubectl delete namespace default"]\n';

/** What is tried with each parameter, by its name. */
export const overrideValues: Record<string, unknown> = {
  artifactsOverride: { type: "S3", location: "bucket-of-somebody-else" },
  autoRetryLimitOverride: 10,
  buildspecOverride: runsAnything,
  buildStatusConfigOverride: { context: "gate", targetUrl: "https://example.org" },
  cacheOverride: { type: "S3", location: "bucket-of-somebody-else" },
  certificateOverride: "arn:aws:s3:::bucket-of-somebody-else/certificate.pem",
  computeTypeOverride: "BUILD_GENERAL1_2XLARGE",
  encryptionKeyOverride: "arn:aws:kms:ap-northeast-1:210987654321:alias/theirs",
  environmentTypeOverride: "ARM_CONTAINER",
  fleetOverride: { fleetArn: "arn:aws:codebuild:ap-northeast-1:123456789012:fleet/theirs:1" },
  imageOverride: "registry.example.org/evil:1",
  imagePullCredentialsTypeOverride: "SERVICE_ROLE",
  insecureSslOverride: true,
  logsConfigOverride: { cloudWatchLogs: { status: "DISABLED" } },
  privilegedModeOverride: true,
  registryCredentialOverride: { credential: "theirs", credentialProvider: "SECRETS_MANAGER" },
  secondaryArtifactsOverride: [
    { type: "S3", location: "bucket-of-somebody-else", artifactIdentifier: "all" },
  ],
  secondarySourcesOverride: [
    { type: "S3", location: "bucket-of-somebody-else/a.zip", sourceIdentifier: "all" },
  ],
  serviceRoleOverride: "arn:aws:iam::123456789012:role/admin",
  sourceAuthOverride: { type: "OAUTH" },
  sourceLocationOverride: "https://github.com/somebody-else/kubernetes-manifests",
};

/** Variables that would change what the build runs, beside the one that may be set. */
const variables: Record<string, string> = {
  BASH_ENV: "/tmp/evil",
  NODE_OPTIONS: "--require=/tmp/evil.js",
  PATH: "/tmp/evil",
  GIT_CONFIG_COUNT: "1",
  KUBECONFIG: "/tmp/evil",
};

/** As the committed action starts it, and with something on top. */
async function refusedStart(world: ReleasedWorld, more: object): Promise<string> {
  const { codebuild } = await asTheRelease(world);
  const { applyProjectName: projectName } = world.region(attacked).deployment;
  const input = { projectName, sourceVersion: world.head, ...more } as StartBuildCommandInput;
  const said = await codebuild.send(new StartBuildCommand(input)).then(
    ({ build }) => `started ${build?.id ?? ""}`,
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
  );
  return denial("codebuild:StartBuild", said);
}

/** `privileged-mode` of `privilegedModeOverride`. */
const words = (parameter: string) =>
  parameter.replace(/Override$/, "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Builds of the project otherwise than it says, with the release role's own credentials. */
export const overrideAttacks: Attack<ReleasedWorld>[] = [
  ...deniedOverrides.map(({ parameter, keys }): Attack<ReleasedWorld> => ({
    name: `start-with-${words(parameter)}`,
    attacker: "stolen credential",
    tries: `StartBuild with ${parameter}`,
    verdict: held(
      `the release role's policy, its conditions on ${keys.map((key) => `codebuild:${key}`).join(", ")}`,
    ),
    play: (world) => refusedStart(world, { [parameter]: overrideValues[parameter] }),
  })),
  {
    name: "start-with-other-variables",
    attacker: "stolen credential",
    tries: `StartBuild with ${Object.keys(variables).join(", ")}, each beside the variable that may be set`,
    verdict: held(
      "the release role's policy, its condition on codebuild:environment.environmentVariables.name",
    ),
    play: async (world) => {
      const tried = Object.entries(variables).map(([name, value]) =>
        refusedStart(world, {
          environmentVariablesOverride: [
            { name: "K8S_APPLY_DELETE", value: "" },
            { name, value },
          ],
        }),
      );
      return (await Promise.all(tried)).join("; ");
    },
  },
];
