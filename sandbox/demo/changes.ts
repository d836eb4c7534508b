/** A change of the target repository that somebody proposes. */
export interface Change {
  /** Branch, and what `--break` and tests call it. */
  branch: string;
  title: string;
  /** What the reviewer should learn from the comment. */
  shows: string;
  edits: Edit[];
}

interface Edit {
  path: string;
  /** Text that occurs once in the file. */
  from: string;
  to: string;
}

/** The demo's pull requests: one for each thing that a reviewer has to be told. */
export const changes = [
  {
    branch: "transfer-worker-memory",
    title: "Give transfer workers more memory",
    shows: "the base changes, so all clusters are asked",
    edits: [
      {
        path: "k8s/base/transfer-worker/deployment.yaml",
        from: '              cpu: "1"\n              memory: 4Gi\n',
        to: '              cpu: "1"\n              memory: 6Gi\n',
      },
      {
        path: "k8s/base/transfer-worker/deployment.yaml",
        from: "            limits:\n              memory: 4Gi\n",
        to: "            limits:\n              memory: 6Gi\n",
      },
    ],
  },
  {
    branch: "korea-more-api-replicas",
    title: "Korea: run more replicas of the API",
    shows: "one cluster is asked, the others are not affected",
    edits: [
      { path: "k8s/kr-production/api.yaml", from: "  replicas: 3\n", to: "  replicas: 5\n" },
      { path: "k8s/kr-production/api.yaml", from: "  minReplicas: 3\n", to: "  minReplicas: 5\n" },
    ],
  },
  {
    branch: "korea-impossible-autoscaling",
    title: "Korea: save money at night",
    shows: "the cluster would refuse it, which no linter of YAML sees",
    edits: [{ path: "k8s/kr-production/api.yaml", from: "  maxReplicas: 12\n", to: "  maxReplicas: 2\n" }],
  },
  {
    branch: "readme",
    title: "Say in the README who to ask",
    shows: "no manifest is touched: no cluster is asked, and nobody is bothered with a comment",
    edits: [{ path: "README.md", from: "# ", to: "# Manifests: " }],
  },
] as const satisfies Change[];

/**
 * The file with a change made.
 * @throws Error if the text is not there just once: the repository is not the one that the change was written for
 */
export function edited(text: string, { path, from, to }: Edit): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${path} has the text ${JSON.stringify(from)} not just once.`);
  return parts.join(to);
}
