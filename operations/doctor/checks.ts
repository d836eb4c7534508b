import { accessEntryChecks } from "./accessEntry";
import { accountChecks } from "./account";
import { buildChecks } from "./builds";
import type { Check } from "./check";
import { clusterChecks } from "./cluster";
import { committedChecks } from "./committed";
import { connectionChecks } from "./connection";
import { connectionRepositoriesChecks } from "./connectionRepositories";
import { githubHookChecks } from "./githubHook";
import { guardChecks } from "./guard";
import { ingressChecks } from "./ingress";
import { networkChecks } from "./network";
import { networkAclChecks } from "./networkAcl";
import { projectChecks } from "./project";
import { quotaChecks } from "./quota";
import { releaseChecks } from "./release";
import { roleChecks } from "./role";
import type { Subject } from "./subject";
import { webhookChecks } from "./webhook";

/** All checks, in the order of a job's way: from GitHub over the runner into the cluster. */
export const checksOf = (subject: Subject): Check[] => [
  ...accountChecks,
  ...committedChecks,
  ...connectionChecks,
  ...connectionRepositoriesChecks,
  ...projectChecks,
  ...webhookChecks,
  ...githubHookChecks,
  ...quotaChecks,
  ...roleChecks,
  ...networkChecks,
  ...networkAclChecks,
  ...clusterChecks,
  ...ingressChecks,
  ...accessEntryChecks,
  ...guardChecks(subject),
  ...releaseChecks(subject),
  ...buildChecks,
];
