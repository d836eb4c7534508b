import * as pulumi from "@pulumi/pulumi";
import type { DeploymentsSettings } from "./settings";
import type { StackDeploymentArgs } from "./stackDeployment";

/**
 * How the home stack's deployments come to a token for the target repository: each asks for one of its own, with the key
 * of our GitHub App. What Pulumi sets as `GITHUB_TOKEN` of its own accord is a token of Pulumi's app:
 * https://www.pulumi.com/docs/deployments/concepts/settings/environment-variables/
 */
export function homeCredential(
  settings: DeploymentsSettings,
): Pick<StackDeploymentArgs, "environmentVariables" | "preRunCommands"> {
  return {
    environmentVariables: {
      GITHUB_APP_ID: settings.githubAppId,
      GITHUB_APP_INSTALLATION_ID: settings.githubAppInstallationId,
      GITHUB_APP_PRIVATE_KEY: pulumi.secret(settings.githubAppPrivateKey),
      TARGET_REPOSITORY: settings.targetRepository,
    },
    preRunCommands: ["node deployments/githubToken.mjs >> /PULUMI_ENV"],
  };
}
