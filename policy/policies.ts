import type { Policies } from "@pulumi/policy";
import { onlyOneKubernetesGroup, onlyRunnerAdmitted } from "./rules/clusterAccess";
import { noPrivilegedBuilds } from "./rules/builds";
import { clusterIsPrivate } from "./rules/clusters";
import { logRetention } from "./rules/logGroups";
import { noWayToPrivateNetworks, subnetsHaveNetworkAcl } from "./rules/networkAcls";
import { internetGatewayForNat, noPublicSubnets } from "./rules/subnets";
import { noAttachedPolicies, noWildcardActions, noWildcardResources } from "./rules/rolePolicies";
import { buildsStartAsTheyAre, releasesAreProtected, writersHaveNoWebhook } from "./rules/releases";
import { ingressIsHttpsFromGroup, noIngress } from "./rules/securityGroups";
import { trustIsBound } from "./rules/trust";
import { webhookHearsOneWorkflow } from "./rules/webhooks";
import { actionsArePinned, noDangerousTriggers, noSecrets, permissionsAreNarrow } from "./rules/workflows";

/** All rules, in the order of docs/policy.md. */
export const policies: Policies = [
  noIngress,
  ingressIsHttpsFromGroup,
  onlyRunnerAdmitted,
  onlyOneKubernetesGroup,
  clusterIsPrivate,
  noPublicSubnets,
  internetGatewayForNat,
  noWayToPrivateNetworks,
  subnetsHaveNetworkAcl,
  noPrivilegedBuilds,
  webhookHearsOneWorkflow,
  writersHaveNoWebhook,
  buildsStartAsTheyAre,
  noWildcardActions,
  noWildcardResources,
  noAttachedPolicies,
  trustIsBound,
  releasesAreProtected,
  logRetention,
  actionsArePinned,
  permissionsAreNarrow,
  noDangerousTriggers,
  noSecrets,
];
