import type { Context } from "./conditions";

/** How a condition key shows what a request has in its place: what it says, or no more than that it is there. */
type Shown = "value" | "presence";

/**
 * The members with which StartBuild has a project otherwise, by the condition key that shows each. Of what is an object the
 * parts have keys of their own. Those that are not here have none: `sourceVersion`, the time limits, the depth of the clone,
 * submodules, the status that is reported, a debug session.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-context-keys.html
 * https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
 */
const overrides: Record<string, [key: string, shown: Shown]> = {
  artifactsOverride: ["artifacts", "presence"],
  "artifactsOverride.bucketOwnerAccess": ["artifacts.bucketOwnerAccess", "value"],
  "artifactsOverride.encryptionDisabled": ["artifacts.encryptionDisabled", "value"],
  "artifactsOverride.location": ["artifacts.location", "value"],
  autoRetryLimitOverride: ["autoRetryLimit", "value"],
  buildspecOverride: ["source.buildspec", "presence"],
  "buildStatusConfigOverride.context": ["source.buildStatusConfig.context", "value"],
  "buildStatusConfigOverride.targetUrl": ["source.buildStatusConfig.targetUrl", "value"],
  cacheOverride: ["cache", "presence"],
  "cacheOverride.location": ["cache.location", "value"],
  "cacheOverride.modes": ["cache.modes", "value"],
  "cacheOverride.type": ["cache.type", "value"],
  certificateOverride: ["environment.certificate", "value"],
  computeTypeOverride: ["environment.computeType", "value"],
  encryptionKeyOverride: ["encryptionKey", "value"],
  environmentTypeOverride: ["environment.type", "value"],
  environmentVariablesOverride: ["environment.environmentVariables", "presence"],
  "environmentVariablesOverride.name": ["environment.environmentVariables.name", "value"],
  "environmentVariablesOverride.value": ["environment.environmentVariables.value", "value"],
  "fleetOverride.fleetArn": ["environment.fleet.fleetArn", "value"],
  imageOverride: ["environment.image", "value"],
  imagePullCredentialsTypeOverride: ["environment.imagePullCredentialsType", "value"],
  insecureSslOverride: ["source.insecureSsl", "value"],
  logsConfigOverride: ["logsConfig", "presence"],
  "logsConfigOverride.s3Logs": ["logsConfig.s3Logs", "presence"],
  "logsConfigOverride.s3Logs.location": ["logsConfig.s3Logs.location", "value"],
  "logsConfigOverride.s3Logs.status": ["logsConfig.s3Logs.status", "value"],
  privilegedModeOverride: ["environment.privilegedMode", "value"],
  registryCredentialOverride: ["environment.registryCredential", "presence"],
  "registryCredentialOverride.credential": ["environment.registryCredential.credential", "value"],
  "registryCredentialOverride.credentialProvider": [
    "environment.registryCredential.credentialProvider",
    "value",
  ],
  secondaryArtifactsOverride: ["secondaryArtifacts", "presence"],
  secondarySourcesOverride: ["secondarySources", "presence"],
  "secondarySourcesOverride.location": ["secondarySources.location", "value"],
  serviceRoleOverride: ["serviceRole", "value"],
  "sourceAuthOverride.resource": ["source.auth.resource", "value"],
  "sourceAuthOverride.type": ["source.auth.type", "value"],
  sourceLocationOverride: ["source.location", "value"],
};

const prefix = "codebuild:";
const variableValue = /^codebuild:environment\.environmentVariables\/[^/]+\.value$/i;

/** Whether it is a condition key that StartBuild is known to have. */
export function isStartBuildKey(key: string): boolean {
  const keys = Object.values(overrides).map(([name]) => (prefix + name).toLowerCase());
  return keys.includes(key.toLowerCase()) || variableValue.test(key);
}

/** The condition keys of a StartBuild, from its input. */
export function startBuildContext(input: Record<string, unknown>): Context {
  const shown = Object.entries(overrides).map(([path, [key, how]]): [string, string | string[]] => {
    const found = lookUp([input], path.split("."));
    const value = how === "presence" ? found.map(() => "true").slice(0, 1) : found.map(String);
    return [prefix + key, isOfMany(path) ? value : (value[0] ?? [])];
  });
  const variables = lookUp([input], ["environmentVariablesOverride"]) as { name: string; value: string }[];
  return Object.fromEntries([
    ...shown.filter(([, value]) => value.length > 0),
    ...variables.map(({ name, value }) => [`${prefix}environment.environmentVariables/${name}.value`, value]),
  ]) as Context;
}

/** Members of what is a list. */
function isOfMany(path: string): boolean {
  return /^(environmentVariables|secondarySources)Override\.|\.modes$/.test(path);
}

/** What lies at a path, of each entry where there is a list on the way. */
function lookUp(from: unknown[], [name, ...rest]: string[]): unknown[] {
  if (name === undefined) return from;
  const next = from.flatMap((value) => (value as Record<string, unknown>)[name] ?? []);
  return lookUp(next, rest);
}
