/** A step of a hostile workflow. */
export type Step =
  { run: string; env?: Record<string, string>; shell?: string } | { uses: string; with?: object };

/** Labels of a runner of a project, for whatever run asks. */
export function labelOf(project: string): string {
  return `codebuild-${project}-\${{ github.run_id }}-\${{ github.run_attempt }}`;
}

export interface HostileJob {
  /** Shown name, which is its check's. */
  name?: string;
  labels: string | string[] | { group: string; labels: string[] };
  steps: Step[];
  permissions?: Record<string, string>;
  concurrency?: object;
  environment?: string;
}

/** Text of a workflow for pull requests. JSON is YAML. */
export function workflowText(name: string, jobs: Record<string, HostileJob>, more: object = {}): string {
  return JSON.stringify({
    name,
    on: "pull_request",
    permissions: {},
    ...more,
    jobs: Object.fromEntries(
      Object.entries(jobs).map(([key, { labels, ...job }]) => [key, { "runs-on": labels, ...job }]),
    ),
  });
}

/** A program in place, run by Node.js. */
export function script(text: string, env: Record<string, string> = {}): Step {
  return { run: `node - <<'PROGRAM'\n${text}\nPROGRAM`, shell: "bash", env };
}

/** Asks GitHub's API with the job's token and says what it answers. */
export function askGitHub(method: string, path: string, body?: object): Step {
  return script(
    `fetch(process.env.GITHUB_API_URL + "/repos/" + process.env.GITHUB_REPOSITORY + ${JSON.stringify(path)}, {
  method: ${JSON.stringify(method)},
  headers: { authorization: "Bearer " + process.env.TOKEN, "content-type": "application/json" },
  ${body === undefined ? "" : `body: ${JSON.stringify(JSON.stringify(body))},`}
}).then(async (answer) => console.log("answer " + answer.status + " " + (await answer.text()).slice(0, 200)));`,
    { TOKEN: "${{ github.token }}" },
  );
}
