import type { SandboxFolder, SandboxState } from "../../folder";
import { githubToken } from "../../environment";
import { infrastructureRepository } from "../../world";
import type { Page } from "../page";
import { PullRequests } from "../pullRequests";
import type { Job } from "../workflowRuns";
import { terminalLines } from "../terminalComment";
import type { Tour } from "../tour";
import { untilOver, WatchedRun } from "../watchedRun";
import {
  failingChange,
  goodChange,
  mended,
  refusals,
  writingChange,
  type InfrastructureChange,
} from "./changes";
import { prepareDeployments, publishProgram, setUpGitHub, setUpPulumiCloud } from "./setUp";

/** What reviewers of the infrastructure repository see: previews by the workflow that ships. */
export class InfrastructureTour {
  private readonly pulls: PullRequests;

  constructor(
    private readonly folder: SandboxFolder,
    private readonly state: SandboxState,
    private readonly tour: Tour,
    private readonly page: Page,
    private readonly say: (line: string) => void,
    private readonly interrupt: AbortSignal,
  ) {
    const author = { owner: infrastructureRepository.owner, token: githubToken };
    const place = { repository: infrastructureRepository, workflow: "Preview" };
    this.pulls = new PullRequests(state, interrupt, author, place);
  }

  /** Everything that `docs/deployments.md` has a person set up for previews. */
  async setUp(stacks: string[]): Promise<void> {
    const { owner, name } = infrastructureRepository;
    this.tour.title(`The infrastructure repository: ${owner}/${name}, this program`);
    await publishProgram(this.folder);
    const project = await prepareDeployments(this.folder, this.state);
    await this.tour.deployments(project);
    const { previewRoleArn } = await this.tour.deploymentsOutputs(project);
    await setUpGitHub(this.folder, previewRoleArn);
    await setUpPulumiCloud(this.state, stacks);
    this.say(`  PREVIEW_ROLE_ARN ${previewRoleArn}`);
    this.say(`  Pulumi Cloud's team previews may read ${stacks.join(", ")}`);
  }

  /** Pull requests as colleagues make them, and one as somebody makes it who should not have been let in. */
  async pullRequests(): Promise<void> {
    await this.open(goodChange);
    const failing = await this.open(failingChange);
    this.tour.title(`The author pushes once more: ${mended.message}`);
    const sha = await this.pulls.pushEdit(failingChange.branch, mended.edit, mended.message);
    await this.watch({ number: failing.number, sha }, mended);
    const writing = await this.open(writingChange);
    await this.mustHaveBeenRefused(writing.jobs);
  }

  /** Opens a pull request and waits until its comments are there. */
  private async open(change: InfrastructureChange): Promise<{ number: number; jobs: Job[] }> {
    this.tour.title(`A pull request: ${change.title} (${change.shows})`);
    const opened = await this.pulls.open(change);
    this.say(`  #${String(opened.number)} opened; .github/workflows/preview.yml runs:`);
    const jobs = await this.watch(opened, change);
    const comments = await this.pulls.comments(opened.number);
    await this.page.add(change.title, comments.join("\n\n---\n\n"));
    return { number: opened.number, jobs };
  }

  /** Waits for the run and shows the comments. @throws Error unless they are what they have to be */
  private async watch(
    { number, sha }: { number: number; sha: string },
    { seen, conclusion }: Pick<InfrastructureChange, "seen" | "conclusion">,
  ): Promise<Job[]> {
    const watched = new WatchedRun(this.pulls, this.state, sha, (job) => {
      this.tour.showJob(job);
    });
    await untilOver([watched], this.interrupt, () => Promise.resolve());
    const { run, jobs } = watched;
    const comments = await this.pulls.comments(number);
    this.say(`\n  The run ended: ${run.conclusion ?? ""}. What the reviewer of #${String(number)} sees:`);
    for (const comment of comments) {
      this.say("");
      for (const line of terminalLines(comment)) this.say(`  | ${line}`);
    }
    const wrong = stacksWithWrongComment(comments, seen);
    if (wrong.length > 0 || run.conclusion !== conclusion)
      throw new Error(
        `The run should have ended with ${conclusion}. Comments that are not as they should be: ` +
          `${wrong.join(", ") || "none"}\n${await this.logs(jobs)}`,
      );
    return jobs;
  }

  private async mustHaveBeenRefused(jobs: Job[]): Promise<void> {
    const job = jobs.find(({ name }) => name === "preview of kr-production");
    const log = job ? await this.pulls.log(job) : "";
    this.say("\n  What the changed workflow came to:\n");
    for (const refusal of refusals) {
      const line = log.split("\n").find((one) => refusal.test(one));
      if (line === undefined) throw new Error(`Nothing refused it: ${String(refusal)} is not in\n${log}`);
      this.say(`  | ${line.replace(/^\S+ /, "")}`);
    }
    const project = ["--names", "kubectl-to-trocco-kr-production", "--region", "ap-northeast-2"];
    const { stdout } = await this.tour.aws("codebuild", "batch-get-projects", ...project);
    if ((JSON.parse(stdout) as { projects: object[] }).projects.length !== 1)
      throw new Error("The preview role deleted a project.");
  }

  private async logs(jobs: Job[]): Promise<string> {
    const logs = await Promise.all(jobs.map(async (job) => `# ${job.name}\n${await this.pulls.log(job)}`));
    return logs.join("\n");
  }
}

/** Stacks that have not just one comment, or another than a reviewer has to see. */
function stacksWithWrongComment(comments: string[], seen: InfrastructureChange["seen"]): string[] {
  return Object.entries(seen).flatMap(([stack, text]) => {
    const own = comments.filter((body) => body.startsWith(`<!-- eks-dryrun-runner preview of ${stack} -->`));
    return own.length === 1 && text.test(own[0] ?? "") ? [] : [stack];
  });
}
