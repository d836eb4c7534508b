import type { Build } from "@aws-sdk/client-codebuild";
import { paginateListServiceQuotas } from "@aws-sdk/client-service-quotas";
import { lastBuilds } from "./builds";
import { ok, unknown, warning, wrong, type Check, type Finding } from "./check";
import { findHook, lastDelivery } from "./deliveries";
import { all, type Facts } from "./facts";
import { CannotLook } from "./lookup";

export const quotaChecks: Check[] = [
  {
    name: "concurrent-builds",
    looksAt: (facts) => `the account's quota "${quotaName(facts)}" in ${facts.runner.region}`,
    examine: (facts) => quota(facts).catch((error: unknown) => inferred(facts, error)),
  },
];

/** Source: https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html */
function quotaName({ subject }: Facts): string {
  const size = subject.settings.computeType.replace("BUILD_GENERAL1_", "").toLowerCase();
  return `Concurrently running builds for Linux/${size.charAt(0).toUpperCase()}${size.slice(1)} environment`;
}

/** New accounts have 1 or even 0: https://github.com/hashicorp-education/learn-terraform-aws-control-tower-aft/issues/7 */
async function quota(facts: Facts): Promise<Finding> {
  const pages = paginateListServiceQuotas({ client: facts.aws.serviceQuotas }, { ServiceCode: "codebuild" });
  const quotas = await all(pages, ({ Quotas }) => Quotas);
  const found = quotas.find(({ QuotaName }) => QuotaName === quotaName(facts));
  if (found?.Value === undefined) throw new CannotLook("Service Quotas does not list it");
  if (found.Value < 1) return wrong("no build may run at all", request(facts, found.QuotaCode));
  if (found.Value < 2) {
    return warning("one build at a time: jobs wait for each other", request(facts, found.QuotaCode));
  }
  return ok(`${String(found.Value)} at once`);
}

const request = ({ runner }: Facts, code = "<code>") =>
  `aws service-quotas request-service-quota-increase --region ${runner.region} --service-code codebuild ` +
  `--quota-code ${code} --desired-value 10`;

/** What can be told of the quota by what became of builds. */
async function inferred(facts: Facts, error: unknown): Promise<Finding> {
  if (!(error instanceof CannotLook)) throw error;
  const refused = await refusal(facts);
  if (refused !== undefined) return wrong(`CodeBuild refused the last job: ${refused}`, request(facts));
  const builds = await lastBuilds(facts);
  const waiting = builds.find(
    ({ buildStatus, currentPhase }) => buildStatus === "IN_PROGRESS" && currentPhase === "QUEUED",
  );
  if (waiting) {
    const since = waiting.startTime?.toISOString() ?? "some time";
    return warning(
      `the quota is not known (${error.message}), and a build waits in QUEUED since ${since}`,
      request(facts),
    );
  }
  const ran = builds.find(hasRun);
  if (ran)
    return ok(`a build ran at ${ran.startTime?.toISOString() ?? ""}, so at least 1 (${error.message})`);
  return unknown(
    error.message,
    `aws service-quotas list-service-quotas --region ${facts.runner.region} --service-code codebuild`,
  );
}

function hasRun({ phases = [] }: Build): boolean {
  return phases.some(
    ({ phaseType, phaseStatus }) => phaseType === "PROVISIONING" && phaseStatus === "SUCCEEDED",
  );
}

/** With a quota of 0 CodeBuild refuses the build already when it hears of the job, and says so to GitHub alone. */
async function refusal(facts: Facts): Promise<string | undefined> {
  const hook = await findHook(facts).catch(() => undefined);
  const last = hook && (await lastDelivery(facts, hook).catch(() => undefined));
  return last && /AccountLimitExceeded|Cannot have more than/.test(last.answer) ? last.answer : undefined;
}
