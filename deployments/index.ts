import * as pulumi from "@pulumi/pulumi";
import { environments, hasRunner } from "../stacks/environments";
import { AssumedRole } from "./assumedRole";
import { IdentityProviders } from "./identityProviders";
import { previewPolicy } from "./permissions/policies";
import { stackScope } from "./scopes";
import { checkedSettings, namespace } from "./settings";
import { stackDeployments } from "./stackDeployments";
import { pullRequestTrustPolicy } from "./trust";

// Pulumi Deployments of every stack in the registry, and the roles that updates and previews take.
export = () => {
  const stack = pulumi.getStack();
  const settings = checkedSettings(stack, pulumi.runtime.allConfig());
  const tags = { "pulumi:project": namespace, "pulumi:stack": stack };
  const role = {
    tags,
    ...(settings.permissionsBoundaryArn && { permissionsBoundaryArn: settings.permissionsBoundaryArn }),
  };

  const providers = new IdentityProviders("identity", {
    pulumiOrganization: settings.pulumiOrganization,
    ...(settings.pulumiIdentityProviderArn && { pulumiProviderArn: settings.pulumiIdentityProviderArn }),
    ...(settings.githubIdentityProviderArn && { githubProviderArn: settings.githubIdentityProviderArn }),
    tags,
  });
  const repository = {
    fullName: settings.repository,
    id: settings.repositoryId,
    ownerId: settings.repositoryOwnerId,
  };
  const preview = new AssumedRole("eks-dryrun-runner-preview", {
    description: `Previews of pull requests in ${settings.repository}: reads, and changes nothing`,
    trustPolicy: providers.githubArn.apply((arn) => pullRequestTrustPolicy(arn, repository)),
    policy: previewPolicy(
      environments.filter(hasRunner).map((environment) => stackScope(environment, settings)),
    ),
    ...role,
  });
  const updateRoleArns = stackDeployments(environments, {
    settings,
    identityProviderArn: providers.pulumiArn,
    role,
  });
  return { previewRoleArn: preview.arn, updateRoleArns };
};
