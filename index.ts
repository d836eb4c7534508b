import * as pulumi from "@pulumi/pulumi";
import { adviseOnFailures } from "./stacks/advice";
import { checkCluster } from "./stacks/cluster";
import { checkClusterPlace } from "./stacks/clusterPlace";
import { createCluster } from "./stacks/createdCluster";
import { environments } from "./stacks/environments";
import { refuseToDropCluster } from "./stacks/formerCluster";
import { refuseToDropFiles } from "./stacks/formerHome";
import { githubProvider } from "./stacks/github";
import { committedEnvironments, deployedEnvironments, homeStack } from "./stacks/home";
import { isHome, resolveStack } from "./stacks/stack";
import { regionStack, runnerLabel } from "./stacks/region";

// Checked settings, then a checked world, then resources: nothing is made while something is wrong.
export = async () => {
  const stack = pulumi.getStack();
  const { environment, settings, tags } = resolveStack(
    stack,
    environments,
    pulumi.runtime.allConfig(),
    process.env,
  );
  if (!isHome(environment)) await refuseToDropFiles(stack);
  if (settings.cluster === "existing") await refuseToDropCluster(stack);
  adviseOnFailures(stack);
  const github = isHome(environment) ? githubProvider(settings.targetRepository.owner) : undefined;
  const checked =
    settings.cluster === "create"
      ? await checkClusterPlace(stack, environment, settings, github)
      : await checkCluster(stack, environment, settings, github);
  const deployed = isHome(environment) ? await deployedEnvironments(environments) : undefined;

  const cluster = "clusterArn" in checked ? checked : createCluster(environment, settings, checked, tags);
  const { network, codeBuildRunner, access } = regionStack(environment, settings, cluster, tags);
  const home =
    github &&
    deployed &&
    (await homeStack(settings, committedEnvironments(environments, deployed), github, [
      network,
      codeBuildRunner,
      access,
    ]));

  return {
    region: environment.runner.region,
    clusterName: environment.runner.clusterName,
    ...(settings.cluster === "create" ? { createdClusterArn: cluster.clusterArn } : {}),
    runnerProjectName: codeBuildRunner.projectName,
    runnerLabel: codeBuildRunner.projectName.apply(runnerLabel),
    runnerRoleArn: codeBuildRunner.roleArn,
    runnerSecurityGroupId: network.securityGroupId,
    runnerSubnetIds: network.subnetIds,
    ...home,
  };
};
