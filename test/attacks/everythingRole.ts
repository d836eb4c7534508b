import type { Client } from "./client";
import { groupOf } from "./kinds";

interface Resource {
  group: string;
  /** Name with the subresource, such as `pods/exec`. */
  name: string;
}

const reads = ["get", "list", "watch"];
const verbs = [...reads, "create", "update", "patch", "delete", "deletecollection"];

/**
 * What no policy can hold, so that no role may grant it. guardAttacks.test.ts grants each and gets through:
 *
 * - the policies and their bindings, and reviews of rights and tokens, which the API server keeps from policies
 *   (kubernetes/kubernetes:pkg/kubeapiserver/admission/exclusion/resources.go);
 * - reads, which are not admitted: of Secrets and of logs. A patch of a Secret is a read: the answer to
 *   `PATCH ?dryRun=All` with nothing in it is an allowed dry run and holds the whole Secret;
 * - what the kubelet answers (`nodes/*`): the API server asks it at the word of whoever has the right;
 * - the verbs impersonate, bind and escalate, and paths that are no resources, of which no rule below has any.
 */
function verbsAdmissionSees({ group, name }: Resource): string[] {
  const [resource = "", subresource] = name.split("/");
  if (group === "admissionregistration.k8s.io" && /admissionpolic(?:ies|ybindings)$/.test(resource))
    return [];
  if (resource === "nodes" && subresource) return [];
  if (group === "authorization.k8s.io" || group === "authentication.k8s.io") return [];
  if (name === "secrets") return ["create", "update", "delete", "deletecollection"];
  if (name === "pods/log") return [];
  return verbs;
}

/** The role that grants the dry-run identity all but that, of every resource that the server has. */
export async function everythingRole(administrator: Client): Promise<{ role: object; binding: object }> {
  const rules = (await resources(administrator)).flatMap((resource) => {
    const granted = verbsAdmissionSees(resource);
    return granted.length === 0
      ? []
      : [{ apiGroups: [resource.group], resources: [resource.name], verbs: granted }];
  });
  const apiGroup = "rbac.authorization.k8s.io";
  const metadata = { name: "everything-that-admission-sees" };
  return {
    role: { metadata, rules },
    binding: {
      metadata,
      roleRef: { apiGroup, kind: "ClusterRole", name: metadata.name },
      subjects: [{ apiGroup, kind: "Group", name: "pr-dry-run" }],
    },
  };
}

async function resources(administrator: Client): Promise<Resource[]> {
  const get = (path: string) => administrator.expect({ method: "GET", path });
  const { groups } = (await get("/apis")) as { groups: { versions: { groupVersion: string }[] }[] };
  const versions = groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion));
  const found = new Map<string, Resource>();
  for (const version of ["v1", ...versions]) {
    const path = version === "v1" ? "/api/v1" : `/apis/${version}`;
    const { status, body } = await administrator.send({ method: "GET", path });
    // An APIService can promise a version that nobody serves.
    if (status === 404) continue;
    const list = JSON.parse(body) as { resources: { name: string }[] };
    for (const { name } of list.resources)
      found.set(`${groupOf(version)} ${name}`, { group: groupOf(version), name });
  }
  return [...found.values()];
}
