import * as pulumi from "@pulumi/pulumi";
import { adviseOnFailures } from "./stacks/advice";
import { checkCluster } from "./stacks/cluster";
import { checkClusterPlace } from "./stacks/clusterPlace";
import { committedEnvironments } from "./stacks/committedPlan";
import { createCluster } from "./stacks/createdCluster";
import { environments } from "./stacks/environments";
import { refuseToDropCluster } from "./stacks/formerCluster";
import { refuseToDropFiles } from "./stacks/formerHome";
import { githubProvider } from "./stacks/github";
import { deployedEnvironments, homeStack } from "./stacks/home";
import { gitHubIdentityProvider } from "./stacks/identityProvider";
import { orRefusal } from "./stacks/refusal";
import { regionStack } from "./stacks/region";
import { releaseStack } from "./stacks/release";
import { checkReleases } from "./stacks/releaseChecks";
import { ownApply } from "./stacks/releasePlan";
import { runnerLabel } from "./stacks/runnerLabel";
import { isHome, resolveStack } from "./stacks/stack";

// Checked settings, then a checked world, then resources: nothing is made while something is wrong.
export = async () => {
  const stack = pulumi.getStack();
  const { environment, settings, tags } = orRefusal(() =>
    resolveStack(stack, environments, pulumi.runtime.allConfig(), process.env),
  );
  if (!isHome(environment)) await refuseToDropFiles(stack);
  if (settings.cluster === "existing") await refuseToDropCluster(stack);
  adviseOnFailures(stack);
  const github = isHome(environment) ? githubProvider(settings.targetRepository.owner) : undefined;
  const checked =
    settings.cluster === "create"
      ? await checkClusterPlace(stack, environment, settings, github)
      : await checkCluster(stack, environment, settings, github);
  const { accountId } = checked;
  const apply = ownApply(environment, settings, accountId);
  const identityProvider = apply && (await gitHubIdentityProvider(stack, accountId));
  const deployed = github && (await deployedEnvironments(environments, apply));
  if (deployed) await checkReleases(stack, settings, [...deployed.applied.keys()], github);

  const cluster = "clusterArn" in checked ? checked : createCluster(environment, settings, checked, tags);
  const { network, codeBuildRunner, access } = regionStack(environment, settings, cluster, tags);
  const release =
    identityProvider && releaseStack(environment, settings, { cluster, network }, identityProvider, tags);
  const home =
    deployed &&
    (await homeStack(
      settings,
      committedEnvironments(environments, deployed.runners, deployed.applied),
      github,
      [network, codeBuildRunner, access, ...(release ? [release.project, release.identity] : [])],
    ));

  return {
    region: environment.runner.region,
    clusterName: environment.runner.clusterName,
    ...(settings.cluster === "create" ? { createdClusterArn: cluster.clusterArn } : {}),
    runnerProjectName: codeBuildRunner.projectName,
    runnerLabel: codeBuildRunner.projectName.apply(runnerLabel),
    runnerRoleArn: codeBuildRunner.roleArn,
    runnerSecurityGroupId: network.securityGroupId,
    runnerSubnetIds: network.subnetIds,
    ...(release && {
      applyProjectName: release.project.projectName,
      releaseRoleArn: release.identity.roleArn,
    }),
    ...home,
  };
};
