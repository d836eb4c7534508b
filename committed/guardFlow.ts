import { guardedGroup, guardLabels, guardRoleName } from "./guardNames";
import type { Manifest } from "./guardManifest";

const apiVersion = "flowcontrol.apiserver.k8s.io/v1";

/**
 * Gives dry runs a small share of the API server that they cannot exceed. Half of it, unused, is lent to others; full, requests
 * wait in line. Of the 245 shares that a server has by itself, 10 are some 4 % of its seats.
 * Source: https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
 */
export function guardPriorityLevel(): Manifest {
  return {
    apiVersion,
    kind: "PriorityLevelConfiguration",
    metadata: { name: guardRoleName, labels: guardLabels },
    spec: {
      type: "Limited",
      limited: {
        nominalConcurrencyShares: 10,
        lendablePercent: 50,
        borrowingLimitPercent: 0,
        limitResponse: { type: "Queue", queuing: { queues: 16, handSize: 4, queueLengthLimit: 100 } },
      },
    },
  };
}

/** Sends all that the group asks to that share. */
export function guardFlowSchema(): Manifest {
  return {
    apiVersion,
    kind: "FlowSchema",
    metadata: { name: guardRoleName, labels: guardLabels },
    spec: {
      priorityLevelConfiguration: { name: guardRoleName },
      // Before the schemas for all users, which begin at 9000, and after those of the system, up to 1000.
      matchingPrecedence: 1500,
      distinguisherMethod: { type: "ByUser" },
      rules: [
        {
          subjects: [{ kind: "Group", group: { name: guardedGroup } }],
          resourceRules: [
            { verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"] },
          ],
          nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
        },
      ],
    },
  };
}
