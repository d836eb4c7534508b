/** What doctor says to a change of the deployed world: the checks that turn red, and what the first of them says. */
export interface Symptom {
  checks: string[];
  /** Checks that turn red too once a job has been queued in vain. @default none */
  traces?: string[];
  says: RegExp;
}

/** Every change that must be named, with the check that names it. */
export const symptoms = bySymptom({
  "no-nat-route": { checks: ["route"], says: /has no route for 0\.0\.0\.0\/0/ },
  "nat-deleted": { checks: ["nat-gateway"], says: /^nat-\w+ is (deleted|not there), expected available/ },
  "nat-without-way-out": {
    checks: ["nat-way-out"],
    says: /has no route for 0\.0\.0\.0\/0 to an internet gateway/,
  },
  "acl-without-control-plane": {
    checks: ["network-acl"],
    says: /^acl-\w+ of subnet-\w+ does not let all tcp 443 out to the control plane \(10\.\d+\.16\.0\/20\)/,
  },
  "acl-without-answers": {
    checks: ["network-acl"],
    says: /does not let all answers \(tcp 1024-65535\) in from the internet/,
  },
  "acl-of-vpc": { checks: ["private-networks"], says: /lets out tcp 1 to 10\.0\.0\.0, which is neither/ },
  "acl-opened": { checks: ["private-networks"], says: /lets out tcp 1 to 10\.0\.0\.0, which is neither/ },
  "webhook-missing": { checks: ["webhook"], says: /has no webhook/ },
  // CodeBuild takes a filter of workflows with that event only, so it goes too, and so does the event of GitHub's hook.
  "wrong-webhook-event": {
    checks: ["webhook-event", "webhook-workflow", "github-hook"],
    says: /^it is PUSH, expected WORKFLOW_JOB_QUEUED/,
  },
  "wrong-workflow-filter": { checks: ["webhook-workflow"], says: /\^Other\$, expected \^K8s Dryrun\$/ },
  "wrong-actor-filter": {
    checks: ["webhook-actor"],
    says: /^it is \^\(\?:1\)\$, expected \^\(\?:[\d|]+\)\$/,
  },
  "unanchored-actor-filter": { checks: ["webhook-actor"], says: /without \^ and \$ matches anywhere/ },
  "github-hook-deleted": { checks: ["github-hook"], says: /no webhook that leads to the project/ },
  "other-project-name": {
    checks: ["project"],
    says: /has no project kubectl-to-trocco-\S*production,/,
  },
  "missing-egress": { checks: ["egress"], says: /lets no HTTPS out/ },
  "ingress-rule-missing": { checks: ["ingress-rule"], says: /^none of the cluster's groups/ },
  "rule-on-wrong-group": { checks: ["ingress-rule"], says: /a group that the cluster does not use/ },
  "ingress-rule-wrong-port": {
    checks: ["ingress-rule"],
    says: /lets the runner in on tcp 8443, expected tcp 443/,
  },
  "public-endpoint-only": { checks: ["private-endpoint"], says: /^it is public only/ },
  "entry-missing": { checks: ["access-entry"], says: /has no entry$/ },
  "entry-for-another-role": {
    checks: ["access-entry"],
    says: /the entry of group pr-dry-run is for arn:\S+:role\//,
  },
  "role-recreated": { checks: ["access-entry-alive"], says: /^it is dead/ },
  "entry-in-wrong-group": {
    checks: ["access-entry-group"],
    says: /a member of developers, expected pr-dry-run/,
  },
  "missing-describe-cluster-permission": { checks: ["role-cluster"], says: /may not eks:DescribeCluster/ },
  "missing-network-interface-permission": {
    checks: ["role-network-interfaces"],
    says: /may not ec2:CreateNetworkInterfacePermission$/,
  },
  "missing-logs-permission": {
    checks: ["role-logs"],
    says: /may not logs:CreateLogStream, logs:PutLogEvents/,
  },
  "missing-connection-permission": {
    checks: ["role-connection"],
    says: /may not codeconnections:GetConnection,/,
  },
  "connection-not-available": {
    checks: ["connection"],
    says: /is PENDING, expected AVAILABLE|there is no connection/,
  },
  "role-trust-wrong": { checks: ["role-trust"], says: /CodeBuild may not take it/ },
  "guard-absent": { checks: ["guard", "guard-proof"], says: /^the guard is absent/ },
  "guard-unbound": { checks: ["guard", "guard-proof"], says: /^the guard is unbound/ },
  "guard-without-rights": { checks: ["guard", "guard-proof"], says: /^the guard is without rights/ },
  "label-mismatch": {
    checks: ["workflow-version", "committed-files"],
    says: /^it is 1_34, but the cluster is at 1_35/,
  },
  "wrong-region": {
    checks: ["workflow-cluster", "committed-files"],
    says: /^region is us-east-1, expected ap-/,
  },
  "workflow-edited": {
    checks: ["workflow-runner", "committed-files"],
    says: /no runner will ever have that label/,
  },
  "action-missing": { checks: ["committed-files"], says: /k8s_dryrun\/main\.cjs is not there/ },
  "quota-zero": {
    checks: ["concurrent-builds"],
    traces: ["github-deliveries"],
    says: /no build may run at all|Cannot have more than 0 builds/,
  },
});

export type MutationName = keyof typeof symptoms;

/** Keeps the names as types. */
function bySymptom<Name extends string>(all: Record<Name, Symptom>): Record<Name, Symptom> {
  return all;
}
