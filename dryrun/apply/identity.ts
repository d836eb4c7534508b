import { CouldNotCheck } from "../couldNotCheck";
import type { Api } from "../kubernetes/api";
import { asMap, asText } from "../render/objects";

/** The Kubernetes group of those who apply a release. */
export const releaseGroup = "release-apply";

/** Groups that an identity which applies may not be in. */
const wrongGroups: Record<string, string> = {
  "system:masters": "it may do everything, and no role bounds it",
  "pr-dry-run": "it is the runner's, and the guard denies it every write",
};

/**
 * Makes sure that this is the identity of a release and no other.
 * @returns its name.
 * @throws CouldNotCheck that says who it is instead.
 */
export async function releaseIdentity(api: Api): Promise<string> {
  const { code, body } = await api.send({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }),
  });
  if (code !== 201) {
    const said = `${String(code)} ${asText(body.message)}`;
    throw new CouldNotCheck(`the cluster does not say who this is (${said}): nothing is applied.`);
  }
  const { username, groups } = asMap(asMap(body.status).userInfo);
  const [name, all] = [asText(username), Array.isArray(groups) ? groups.map(String) : []];
  const problems = Object.entries(wrongGroups)
    .filter(([group]) => all.includes(group))
    .map(([group, reason]) => `it is in the group ${group}: ${reason}`);
  if (!all.includes(releaseGroup))
    problems.unshift(
      `it is not in the group ${releaseGroup}: the apply project's role has no access entry for it`,
    );
  if (problems.length > 0)
    throw new CouldNotCheck(`${name} may not apply a release. ${problems.join("; ")}. Nothing is applied.`);
  return name;
}
