import type { State } from "../store";
import type { Registration } from "./runners";

/** A group of an organisation's runners: https://docs.github.com/rest/actions/self-hosted-runner-groups */
export interface RunnerGroup {
  id: number;
  name: string;
  /** Whether each repository of the organisation may use it, or those that are selected. */
  visibility: "all" | "selected";
  /** `owner/name`. */
  selected_repositories: string[];
  restricted_to_workflows: boolean;
  /** `owner/name/path@ref`. */
  selected_workflows: string[];
}

/** What an organisation's owners have set for self-hosted runners. */
export interface Organization {
  /** Whether the app of CodeBuild's connection has the organisation's permission "Self-hosted runners". */
  appRegistersRunners: boolean;
  runnerGroups: RunnerGroup[];
}

/** Every organisation has it, and every repository may use it: https://docs.github.com/actions/concepts/runners/runner-groups */
export const defaultGroup: RunnerGroup = {
  id: 1,
  name: "Default",
  visibility: "all",
  selected_repositories: [],
  restricted_to_workflows: false,
  selected_workflows: [],
};

export function organizationOf(state: State, name: string): Organization {
  return state.organizations?.[name] ?? { appRegistersRunners: false, runnerGroups: [defaultGroup] };
}

/**
 * What GitHub says to a registration that it refuses. Registering for an organisation is a permission of its own, that
 * for one repository goes with its administration:
 * https://docs.github.com/rest/actions/self-hosted-runners#create-configuration-for-a-just-in-time-runner-for-an-organization
 */
export function refusalOf(state: State, { level, name, groupId }: Registration): string | undefined {
  if (level === "repository") {
    // Groups are of organisations and enterprises.
    return groupId === 1 ? undefined : `422 runner_group_id ${groupId} is not a group of ${name}`;
  }
  const organization = organizationOf(state, name);
  if (level === "enterprise" || !organization.appRegistersRunners)
    return "403 Resource not accessible by integration";
  return organization.runnerGroups.some(({ id }) => id === groupId)
    ? undefined
    : `404 Not Found: there is no runner group ${groupId}`;
}

/** Who asks for a runner. */
export interface Asking {
  /** `owner/name`. */
  repository: string;
  /** The file in which the job itself is defined, as `owner/name/path@ref`. */
  workflowRef: string;
  /** Name of the group that its `runs-on` names. */
  group: string | undefined;
}

/** Whether a job may run on a runner that has registered so. */
export function mayUse(state: State, asking: Asking, { level, name, groupId }: Registration): boolean {
  if (level === "repository") return name === asking.repository && asking.group === undefined;
  if (level === "enterprise" || asking.repository.split("/")[0] !== name) return false;
  const group = organizationOf(state, name).runnerGroups.find(({ id }) => id === groupId);
  return (
    group !== undefined &&
    (asking.group === undefined || asking.group === group.name) &&
    (group.visibility === "all" || group.selected_repositories.includes(asking.repository)) &&
    (!group.restricted_to_workflows || isSelected(group.selected_workflows, asking.workflowRef))
  );
}

/**
 * "Only jobs directly defined within the selected workflows will have access to the runner group", at the pinned ref:
 * https://docs.github.com/enterprise-cloud@latest/actions/how-tos/manage-runners/self-hosted-runners/manage-access
 */
function isSelected(selected: string[], workflowRef: string): boolean {
  return selected.some((entry) => {
    const [path = "", ref = ""] = entry.split("@");
    const refs = ref.startsWith("refs/") ? [ref] : [ref, `refs/heads/${ref}`, `refs/tags/${ref}`];
    return refs.some((one) => `${path}@${one}` === workflowRef);
  });
}
