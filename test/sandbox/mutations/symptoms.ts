import type { MutationName } from "../../operations/doctor/mutations";
import type { Seen } from "./seen";

/**
 * What must be seen of a pull request. Mutations share a symptom only where neither a reviewer, nor an operator of AWS, nor
 * the sandbox's own judge could tell them apart: there it takes doctor.
 */
export type Symptom = Record<keyof Seen, RegExp>;

/** What is seen where everything is in order. */
export const healthy: Symptom = {
  run: /^success$/,
  job: /^success, on a runner$/,
  comment: /\| ✏️ changes \| \*\*1\*\* change \|/,
  gate: /: checked\.$/,
  requiredGate: /^green$/,
  build: /^SUCCEEDED in COMPLETED: $/,
  why: /^$/,
};

/** What is seen of a stranger's pull request where everything is in order. Its run waits until somebody ends it. */
export const strangerTurnedAway: Symptom = {
  run: /^cancelled$/,
  job: /^cancelled, without a runner$/,
  comment: /^$/,
  gate: /NOT CHECKED: the job dryrun-\S+ was cancelled/,
  requiredGate: /^red$/,
  build: /^none$/,
  why: /ACTOR_ACCOUNT_ID \^\(\?:[\d|]+\)\$ does not match \d+$/,
};

/** Nobody takes the job, so the workflow ends the run. Of builds the reviewer is told nothing: doctor looks at them. */
function neverStarts(build: RegExp, why: RegExp): Symptom {
  return {
    run: /^cancelled$/,
    job: /^cancelled, without a runner$/,
    comment:
      /could not check: no runner started within 30 minutes\. Look with npm run doctor -- --stack \S+\./,
    gate: /NOT CHECKED: no runner started within 30 minutes\. Look with npm run doctor -- --stack \S+\./,
    requiredGate: /^red$/,
    build,
    why,
  };
}

/** A runner takes the job, and fails at it; the comment says why. */
function fails(comment: RegExp, why = /^$/): Symptom {
  return {
    run: /^(failure|cancelled)$/,
    job: /^failure, on a runner$/,
    comment,
    gate: /: the job dryrun-\S+ failed\./,
    requiredGate: /^red$/,
    build: /^SUCCEEDED in COMPLETED: $/,
    why,
  };
}

const noBuild = /^none$/;

/** The build cannot fetch the token with which it would register as a runner. */
const noWayToGitHub = /^FAILED in DOWNLOAD_SOURCE: .*\/registration-token": i\/o timeout$/;
const noUseOfConnection = /^FAILED in DOWNLOAD_SOURCE: Access denied to connection /;

const unheard = neverStarts(noBuild, /^no webhook heard of the job$/);
const closedByCluster = fails(
  /could not check: the cluster could not be asked[^]*cannot be reached: no connection within 10 s/,
  /^dropped a connection: no security group of the cluster \S+ \(.*\) lets TCP 443 in from the build's/,
);
const unknownToCluster = fails(
  /could not check: the cluster could not be asked[^]*does not tell its version: 401 Unauthorized/,
  /^no access entry for arn:\S+$/,
);
const withoutRights = fails(
  /Whether a guard is in force cannot be told[^]*403: namespaces is forbidden: User "\S+" cannot create resource "namespaces"/,
);
const unguarded = fails(/The cluster has no guard in force[^]*Nothing keeps this identity from writing/);

/** Mutations that break nothing: of one the comment warns, of the other only doctor. */
export const harmless: MutationName[] = ["label-mismatch", "unanchored-actor-filter"];

/** Mutations that a pull request shows. What only opens the network is not among them: doctor looks at that. */
export type SeenMutation = Exclude<MutationName, "acl-of-vpc" | "acl-opened">;

/** What is seen of each mutation while it lasts. */
export const symptoms: Record<SeenMutation, Symptom> = {
  // GitHub's page of the repository's webhooks shows that one is not there, or is not for jobs. AWS shows nothing.
  "webhook-missing": unheard,
  "wrong-webhook-event": unheard,
  "github-hook-deleted": unheard,
  // AWS shows nothing of a job that the filters let fall.
  "wrong-workflow-filter": neverStarts(noBuild, /WORKFLOW_NAME \^Other\$ does not match K8s Dryrun$/),
  "wrong-actor-filter": neverStarts(noBuild, /ACTOR_ACCOUNT_ID \^\(\?:1\)\$ does not match \d+$/),
  // It has no failure of its own: a stranger gets a runner here, and waits for those of the other regions.
  "unanchored-actor-filter": { ...healthy, run: /^cancelled$/, comment: /^$/ },
  "other-project-name": neverStarts(noBuild, /is for the project \S+, not for \S+-7f3a91c$/),
  "connection-not-available": neverStarts(
    noUseOfConnection,
    /^the connection \S+ is not there, not AVAILABLE$/,
  ),
  "quota-zero": neverStarts(
    noBuild,
    /^AccountLimitExceededException: Cannot have more than 0 builds in queue/,
  ),
  // CodeBuild shows the same of all that takes away the way out.
  "no-nat-route": neverStarts(
    noWayToGitHub,
    /^the route table of the subnet \S+ has no route to the internet$/,
  ),
  "nat-deleted": neverStarts(noWayToGitHub, /^the NAT gateway \S+ is deleted, not available$/),
  "nat-without-way-out": neverStarts(noWayToGitHub, /^the NAT gateway \S+ has no way out/),
  "missing-egress": neverStarts(noWayToGitHub, /^no security group of the build .* lets TCP 443 out/),
  "acl-without-answers": neverStarts(
    noWayToGitHub,
    /^the network ACL \S+ of the subnet \S+ lets the answers /,
  ),
  // A packet that is dropped says nothing: not by which group it would have had to be let in, and at which port.
  "ingress-rule-missing": closedByCluster,
  "rule-on-wrong-group": closedByCluster,
  "ingress-rule-wrong-port": closedByCluster,
  // As it is for whoever asks the cluster, an entry of somebody else is no entry.
  "entry-missing": unknownToCluster,
  "entry-for-another-role": unknownToCluster,
  "role-recreated": { ...unknownToCluster, why: /^the access entry for \S+ is dead: / },
  "missing-describe-cluster-permission": fails(
    /the EKS cluster \S+ in ap-\S+ cannot be found: .*AccessDeniedException.* eks:DescribeCluster/,
  ),
  "missing-network-interface-permission": neverStarts(
    /^FAILED in PROVISIONING: Unexpected EC2 error: UnauthorizedOperation$/,
    /^the role may not ec2:CreateNetworkInterfacePermission on /,
  ),
  "missing-logs-permission": neverStarts(
    /^FAILED in PROVISIONING: Service role \S+ does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams/,
    /^the role may not logs:CreateLogStream on /,
  ),
  "missing-connection-permission": neverStarts(
    noUseOfConnection,
    /^the role may not (codeconnections|codestar-connections):GetConnection on /,
  ),
  "role-trust-wrong": neverStarts(
    /^FAILED in PROVISIONING: CodeBuild is not authorized to perform: sts:AssumeRole on service role$/,
    /^the role \S+ does not let codebuild\.amazonaws\.com take it for /,
  ),
  "acl-without-control-plane": {
    ...closedByCluster,
    why: /^dropped a connection: the network ACL \S+ of the subnet \S+ lets no TCP 443 out to /,
  },
  "public-endpoint-only": {
    ...closedByCluster,
    why: /^dropped a connection: the public endpoint of the cluster/,
  },
  // A group without rights looks alike, whether it is another one or lacks its binding.
  "entry-in-wrong-group": withoutRights,
  "guard-without-rights": withoutRights,
  // To whoever is to be held, a policy that is bound to nothing is no policy.
  "guard-absent": unguarded,
  "guard-unbound": unguarded,
  // It breaks nothing: the dry run goes by the version that the cluster has, and says so. Its neighbours decide about the run.
  "label-mismatch": {
    ...healthy,
    run: /^\w+$/,
    comment: /\| ✏️ changes \|[^]*The EKS version label `1_34` is stale: the cluster runs `v1\.35\.\d+`/,
  },
  "wrong-region": fails(/the EKS cluster \S+ in us-east-1 cannot be found: .*AccessDeniedException/),
  "workflow-edited": neverStarts(noBuild, /is for the project other, not for /),
  "action-missing": fails(/could not check: the job dryrun-\S+ failed, and its job gave no report\./),
};
