import { guardRoleName, releaseGroup } from "../../committed/guardNames";
import { isReportedAs } from "../../committed/reportedName";
import { guardPolicyName } from "../../dryrun/guard/denial";
import { workflowName } from "../../committed/workflow";
import type { Kubectl } from "../guardKubectl";
import { proveGuard } from "../guardProof";
import { judged, ok, unknown, type Check, type Finding } from "./check";
import { repositoryPath } from "./deliveries";
import type { Facts } from "./facts";
import { CannotLook, dependsOn } from "./lookup";
import type { Subject } from "./subject";

const install = "npm run guard -- install --kubeconfig FILE";
const howToLook = "npm run guard -- check --kubeconfig FILE # from a machine that reaches the cluster";

/** The guard by an administrator's eyes, or else by what the last dry run found. */
export function guardChecks({ kubectl, settings, environment }: Subject): Check[] {
  if (!kubectl) {
    const looksAt = ({ runner }: Facts) =>
      `the last dry run of ${runner.jobName}, which begins by proving the guard`;
    return [{ name: "guard", looksAt, examine: lastDryRun }];
  }
  return [
    {
      name: "guard",
      looksAt: () => "the guard's objects in the cluster",
      examine: () =>
        settings.apply === "enabled"
          ? objects(kubectl, [...parts, ...releaseParts], `${install} --stack ${environment.name}`)
          : objects(kubectl, parts, install),
    },
    {
      name: "guard-proof",
      looksAt: () => "what the runner's group may do in the cluster, tried without writing anything",
      examine: async () => {
        const { held, problems } = await proveGuard(kubectl).catch(asCannotLook);
        const faults = problems.map((what) => ({ what, mend: install }));
        return judged(faults, `${String(held.length)} of ${String(held.length)} proofs`);
      },
    },
  ];
}

/** Kinds of the guard's objects, and what is missing without them. */
const parts = [
  {
    what: "absent",
    kinds: "validatingadmissionpolicies.admissionregistration.k8s.io",
    name: guardPolicyName,
    means: "nothing keeps the runner from writing, and every dry run stops",
  },
  {
    what: "unbound",
    kinds: "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    name: guardPolicyName,
    means: "the policy is not in force, and every dry run stops",
  },
  {
    what: "without rights",
    kinds: "clusterrolebindings.rbac.authorization.k8s.io,rolebindings.rbac.authorization.k8s.io",
    name: guardRoleName,
    means: "the runner may not even dry-run",
  },
  {
    what: "without roles",
    kinds: "clusterroles.rbac.authorization.k8s.io,roles.rbac.authorization.k8s.io",
    name: guardRoleName,
    means: "the runner may not even dry-run",
  },
];

/** Those of releases, where they are applied. */
const releaseParts = ["clusterrolebindings", "clusterroles"].map((kinds) => ({
  what: "one that applies no releases",
  kinds: `${kinds}.rbac.authorization.k8s.io`,
  name: releaseGroup,
  means: "each release stops before it writes anything",
}));

async function objects(kubectl: Kubectl, wanted: typeof parts, mend: string): Promise<Finding> {
  const faults = [];
  for (const { what, kinds, name, means } of wanted) {
    const flags = ["--all-namespaces", `--field-selector=metadata.name=${name}`, "--output=name"];
    const { exitCode, stdout, stderr } = await kubectl.run(["get", kinds, ...flags]).catch(asCannotLook);
    if (exitCode !== 0) throw new CannotLook(`the cluster was not asked: ${stderr.trim()}`, howToLook);
    if (stdout.trim() === "")
      faults.push({ what: `the guard is ${what}: no ${name} among ${kinds}; ${means}`, mend });
  }
  return judged(faults, "policy, binding, roles and their bindings are there");
}

function asCannotLook(error: unknown): never {
  throw new CannotLook(error instanceof Error ? error.message : String(error), howToLook);
}

interface Run {
  id: number;
  name: string;
}

interface Job {
  name: string;
  status: string;
  conclusion: string | null;
  completed_at: string;
  html_url: string;
}

/** Runs of the workflow in which a job of the environment is looked for. */
const opened = 20;

/** Where the cluster cannot be reached from here, the runner can: a dry run succeeds only behind a proven guard. */
async function lastDryRun(facts: Facts): Promise<Finding> {
  const job = await lastJob(facts);
  if (!job) {
    return unknown(
      "no dry run has ended yet, and without --kubeconfig nothing else can be looked at",
      howToLook,
    );
  }
  if (job.conclusion === "success")
    return ok(`proven by the dry run of ${job.completed_at}: ${job.html_url}`);
  return unknown(
    `the last dry run ended in ${job.conclusion ?? ""}; its page says whether by the guard: ${job.html_url}`,
    howToLook,
  );
}

async function lastJob(facts: Facts): Promise<Job | undefined> {
  const { github } = facts.subject;
  const permission = "Actions: read";
  const path = `${repositoryPath(facts)}/actions/runs`;
  const answer = await github.get<{ workflow_runs: Run[] }>(`${path}?per_page=100`, permission);
  if (!answer) throw dependsOn("GitHub Actions in the target repository");
  const runs = answer.workflow_runs.filter(({ name }) => name === workflowName).slice(0, opened);
  for (const { id } of runs) {
    const found = await github.get<{ jobs: Job[] }>(`${path}/${String(id)}/jobs?per_page=100`, permission);
    const job = found?.jobs.find(
      (one) => isReportedAs(one.name, facts.runner.jobName) && one.status === "completed",
    );
    if (job && (job.conclusion === "success" || job.conclusion === "failure")) return job;
  }
  return undefined;
}
