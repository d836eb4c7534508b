import { string, type Provider, type ResourceType } from "../schema";
import { deploymentSettings } from "./deploymentSettings";
import { driftSchedule } from "./driftSchedule";
import { PulumiCloudRest } from "./rest";
import { webhook } from "./webhook";

/** What the calls of Pulumi Cloud's resource types work with. */
export interface PulumiCloudContext {
  rest: PulumiCloudRest;
}

export type PulumiCloudResource = ResourceType<PulumiCloudContext>;

/** The stand-in of @pulumi/pulumiservice: the types that the deployments project uses. */
export function pulumiServiceProvider(version: string): Provider<PulumiCloudContext> {
  let configured: PulumiCloudContext | undefined;
  return {
    name: "pulumiservice",
    version,
    config: { accessToken: string({ secret: true }), apiUrl: string() },
    resources: {
      "pulumiservice:index:DeploymentSettings": deploymentSettings,
      "pulumiservice:index:DriftSchedule": driftSchedule,
      "pulumiservice:index:Webhook": webhook,
    },
    functions: {},
    configure(config) {
      const accessToken = (config.accessToken as string | undefined) ?? process.env.PULUMI_ACCESS_TOKEN;
      // pulumi/pulumi-pulumiservice:provider/pkg/config/config.go (v1.3.0)
      if (!accessToken) return Promise.reject(new Error("pulumi access token not found"));
      const apiUrl = config.apiUrl as string | undefined;
      // The real one would go to Pulumi Cloud itself.
      if (!apiUrl?.startsWith("http://127.0.0.1:"))
        return Promise.reject(
          new Error("pulumiservice:apiUrl must be the address of the sandbox's Pulumi Cloud"),
        );
      configured = { rest: new PulumiCloudRest(apiUrl, accessToken) };
      return Promise.resolve();
    },
    context() {
      if (!configured) throw new Error("the pulumiservice provider is not configured");
      return configured;
    },
  };
}
