import type { Gate } from "../actions/scheduler";
import type { Job, Run } from "../actions/run";
import { timestamp, type Clock } from "../clock";
import type { Store } from "../store";
import { deploymentRefusal, mayDeploy } from "./deploymentPolicies";
import { environmentNamed, newEnvironment, nextId } from "./environment";

/**
 * What a job meets that deploys to an environment. One that is not there is made, without any protection:
 * https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments
 */
export function gateOf(store: Store, clock: Clock, { repository, github }: Run, job: Job): Gate {
  const state = store.read();
  const name = job.environment ?? "";
  const environment = environmentNamed(state, repository, name);
  if (!environment) {
    make(store, clock, repository, name);
    return "open";
  }
  // What a private repository's owner does not pay for is ignored:
  // https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
  const plan = state.plans?.[repository.split("/")[0] ?? ""] ?? "enterprise";
  if (plan === "free") return "open";
  if (!mayDeploy(environment, github.ref)) return { refusal: deploymentRefusal(environment, github.ref) };
  return environment.reviewers.length > 0 && plan === "enterprise" ? "review" : "open";
}

function make(store: Store, clock: Clock, repository: string, name: string): void {
  store
    .change((state) => {
      if (environmentNamed(state, repository, name)) return;
      const made = newEnvironment(nextId(state), name, timestamp(clock));
      const others = state.environments?.[repository] ?? [];
      state.environments = { ...state.environments, [repository]: [...others, made] };
    })
    .catch((error: unknown) => {
      console.error(error);
    });
}
