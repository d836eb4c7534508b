import { isBranchOf } from "../../stacks/deliveryPlan";
import { repositoryPath } from "./deliveries";
import type { Facts } from "./facts";

/** The open pull request with which the home stack delivers its files. */
export interface OpenDelivery {
  /** Its page. */
  url: string;
  /** Git's name of a file's content in it; undefined if it has no such file. */
  blobOf: (path: string) => Promise<string | undefined>;
}

/** @param branch what the home stack calls the branch of its pull request; a further one has a number behind it */
export async function openDelivery(facts: Facts, branch: string): Promise<OpenDelivery | undefined> {
  const { github } = facts.subject;
  const repository = repositoryPath(facts);
  const pulls = await github.get<{ html_url: string; head: { ref: string; sha: string } }[]>(
    `${repository}/pulls?state=open&per_page=100`,
    "Pull requests: read",
  );
  const own = pulls?.find(({ head }) => isBranchOf(branch, head.ref));
  if (!own) return undefined;
  return {
    url: own.html_url,
    blobOf: async (path) => {
      const address = `${repository}/contents/${path}?ref=${own.head.sha}`;
      return (await github.get<{ sha: string }>(address, "Contents: read"))?.sha;
    },
  };
}
