import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { gateCheckName } from "../../committed/gateJob";
import { consolePaths } from "../../sandbox/aws/consolePaths";
import { startSandbox, type Outcome, type Sandbox } from "../../sandbox/testing";
import { connectionArn } from "../../sandbox/world";
import { headingsBelow, page, section } from "../docs/markdown";
import {
  aws,
  awsRequests,
  besideOthers,
  plannedChanges,
  plannedSteps,
  regionOf,
  succeeded,
} from "./deployedWorld";
import { blocksOf, type Block } from "./documented/blocks";
import { editOnDefaultBranch, found, gitHub, makeClusterAnew, osaka } from "./documented/companyChanges";
import { InfrastructureRepository } from "./documented/infrastructureRepository";
import { moreMemory, pullRequests, runPullRequest } from "./documented/pullRequestRun";
import { awsInventory } from "./inventory";

const operations = page("docs/operations.md");
const part = "Renames and upgrades";
const [ja, kr, india] = ["ja-production", "kr-production", "in-production"] as const;
const workflowPath = ".github/workflows/k8s-dryrun.yml";

/** What a section says of itself until its case has been seen to pass. */
const notPlayed = "_Not played by a test yet._";
const sections = headingsBelow(operations, part);
const isPlayed = (heading: string) => !section(operations, heading).includes(notPlayed);
/** A case of the document; one that the document calls not played is left out. */
const play = (heading: string, what: string, run: () => Promise<void>) =>
  (isPlayed(heading) ? it : it.skip)(`${heading}: ${what}`, run);

interface Delivery {
  event: string;
  action: string | null;
  status_code: number;
}

interface Hook {
  id: number;
  config: { url: string };
}

// One sandbox that lives through all of it. Each case follows the blocks of its section in docs/operations.md.
describe("docs/operations.md, renames and upgrades, on the real engine", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let repository: InfrastructureRepository;
  /** `owner/name` of the target repository now. */
  let target = "example-org/kubernetes-manifests";
  const untouched: Record<string, unknown> = {};
  const played = new Set<string>();

  before(async () => {
    sandbox = await startSandbox();
    await found(sandbox, osaka);
    for (const stack of [ja, kr, india]) untouched[stack] = await awsInventory(sandbox, stack);
    untouched.osaka = await awsInventory(sandbox, ja, osaka.region);
    repository = await InfrastructureRepository.clone(sandbox);
    await repository.edit('// stacks/environments.ts, kr-production\neksVersionLabel: "1_34",');
    succeeded(
      await repository.run(`pulumi config set eks-dryrun-runner:runnerStartMinutes 20 --stack ${ja}`),
    );
    await allOf(`pulumi up --stack ${kr}\npulumi up --stack ${india}`);
    succeeded(await repository.run(`pulumi up --stack ${ja}`));
  });
  after(async () => {
    await repository.remove();
    await sandbox.stop();
  });

  /** The blocks of a section, which is played by taking them. */
  const blocks = (heading: string): Block[] => {
    played.add(heading);
    return blocksOf(section(operations, heading));
  };
  const follow = async (block: Block | undefined, values: Record<string, string> = {}): Promise<Outcome> => {
    if (!block) throw new Error("the section has fewer blocks than the test expects");
    return repository.follow(block, values);
  };
  /** Follows all blocks, and expects each to succeed. */
  const followAll = async (all: Block[], values: Record<string, string> = {}) => {
    for (const block of all) succeeded(await follow(block, values));
  };
  /** Runs commands that the document lets come in any order, all at once. */
  const allOf = async (commands: string) => {
    const lines = commands.trimEnd().split("\n");
    const outcomes = lines.map((line) => besideOthers(() => repository.run(line)));
    (await Promise.all(outcomes)).forEach(succeeded);
  };
  const expectNothingToChange = async (...stacks: string[]) => {
    await allOf(
      stacks.map((stack) => `pulumi preview --diff --expect-no-changes --stack ${stack}`).join("\n"),
    );
  };
  const git = async (...args: string[]) => {
    const cwd = join(sandbox.folder.github(), `${target}.git`);
    return succeeded(await sandbox.run("git", args, { cwd })).trim();
  };
  const workflow = () => git("show", `main:${workflowPath}`);
  const jobs = async () => Object.keys((parse(await workflow()) as { jobs: object }).jobs);
  const hooks = () => gitHub<Hook[]>(sandbox, `repos/${target}/hooks`);

  /** Opens a pull request, waits for what CodeBuild answers to its jobs, and ends its run. */
  const expectNoDeliveryToBeTaken = async () => {
    const pulls = pullRequests(sandbox);
    const { sha } = await pulls.open(moreMemory("under-the-new-name"));
    for (const { id } of await hooks()) {
      const path = `repos/${target}/hooks/${String(id)}/deliveries`;
      const isOfJob = ({ event, action }: Delivery) => event === "workflow_job" && action === "queued";
      let answers: number[] = [];
      for (; answers.length === 0; await sleep(500))
        answers = (await gitHub<Delivery[]>(sandbox, path)).filter(isOfJob).map((one) => one.status_code);
      expect(new Set(answers)).to.deep.equal(new Set([400]));
    }
    await pulls.cancel((await pulls.run(sha))!.run);
  };

  play("A cluster was upgraded", "the label follows, by the home stack alone", async () => {
    const warned = await repository.run(`pulumi preview --stack ${kr}`);
    expect(warned.all).to.include(
      "trocco-kr-production runs Kubernetes 1.35, but stacks/environments.ts says 1_34",
    );
    expect(await workflow()).to.include("1_34");
    await followAll(blocks("A cluster was upgraded"));
    expect(await workflow()).to.not.include("1_34");
    await expectNothingToChange(kr, india);
  });

  play(
    "A committed file was edited by hand",
    "the edit is not overwritten unseen, and taken back by a look",
    async () => {
      await editOnDefaultBranch(await git("rev-parse", "--absolute-git-dir"), workflowPath, (text) =>
        text.replace("timeout-minutes: 20", "timeout-minutes: 99"),
      );
      await repository.edit('// stacks/environments.ts, in-production\nenforcement: "require",');
      const refused = await repository.run(`pulumi up --stack ${ja}`);
      expect(refused.exitCode).to.not.equal(0);
      expect(refused.all).to.match(/409 .*does not match/);
      expect(await workflow()).to.include("timeout-minutes: 99");

      await followAll(blocks("A committed file was edited by hand"));
      expect(await workflow()).to.not.include("timeout-minutes: 99");
      await expectNothingToChange(ja);
    },
  );

  play("Another stack becomes home", "the files change hands without a commit", async () => {
    const [move, edit, settings, ups, forget] = blocks("Another stack becomes home");
    const commit = await git("rev-parse", "main");
    await followAll([edit!]);
    const notItsFiles = await repository.run(`pulumi up --stack ${kr}`);
    expect(notItsFiles.exitCode).to.not.equal(0);
    expect(notItsFiles.all).to.include("refusing to overwrite existing file");
    expect((await follow(move)).all).to.include("already exists in destination stack");
    await followAll([forget!, move!]);
    const tooEarly = await repository.run(`pulumi up --stack ${ja}`);
    expect(tooEarly.exitCode).to.not.equal(0);
    expect(tooEarly.all).to.include("Stack ja-production owns the committed files");
    expect(tooEarly.all).to.include(
      move!.text
        .split("\\\n")
        .map((line) => line.trim())
        .join(" "),
    );

    await followAll([settings!]);
    const planned = succeeded(await repository.run(`pulumi preview --json --stack ${kr}`));
    expect(plannedSteps(planned)).to.deep.equal([]);
    await followAll([ups!]);
    expect(await git("rev-parse", "main")).to.equal(commit);
    await expectNothingToChange(ja, kr, india);
  });

  play("The connection is replaced", "every project uses the new one, and no webhook is lost", async () => {
    const [create, edit, ups, deleteOld] = blocks("The connection is replaced");
    const before = await hooks();
    const made = JSON.parse(succeeded(await follow(create))) as { ConnectionArn: string };
    const values = {
      "ARN of the new connection": made.ConnectionArn,
      "ARN of the old connection": connectionArn,
    };
    await followAll([edit!], values);
    const pending = await repository.run(`pulumi up --stack ${india}`);
    expect(pending.all).to.include("is PENDING, expected AVAILABLE");
    await console(consolePaths.approveConnection, { connectionArn: made.ConnectionArn });
    await allOf(ups!.text);
    await followAll([deleteOld!], values);
    for (const stack of [ja, kr, india]) {
      expect(JSON.stringify(await projectsOf(stack))).to.include(made.ConnectionArn);
    }
    expect(await hooks()).to.deep.equal(before);
    for (const stack of [ja, kr, india]) {
      const planned = succeeded(await repository.run(`pulumi preview --json --stack ${stack}`));
      expect(plannedChanges(planned)).to.deep.equal([]);
    }
  });

  play(
    "The target repository is renamed",
    "jobs wait until the stacks know, and the files stay",
    async () => {
      const [rename, edit, ups] = blocks("The target repository is renamed");
      const tree = await git("rev-parse", "main^{tree}");
      const before = await hooks();
      succeeded(await follow(rename));
      target = "example-org/manifests";
      await expectNoDeliveryToBeTaken();
      const unaware = await repository.run(`pulumi up --stack ${kr}`);
      expect(unaware.all).to.include(`${"example-org/kubernetes-manifests"} is called ${target} now`);
      await followAll([edit!]);
      await allOf(ups!.text);
      expect(await git("rev-parse", "main^{tree}")).to.equal(tree);
      const after = await hooks();
      expect(after.map(({ config }) => config.url)).to.have.members(before.map(({ config }) => config.url));
      for (const stack of [ja, kr, india])
        expect(JSON.stringify(await projectsOf(stack))).to.include(`https://github.com/${target}.git`);
      succeeded(await repository.run(`pulumi refresh --expect-no-changes --stack ${kr}`));
      await expectNothingToChange(ja, kr, india);
    },
  );

  play("A cluster was made anew under its name", "a plain up lets the runner in again", async () => {
    await makeClusterAnew(sandbox, regionOf[india]!, "trocco-in-production");
    await followAll(blocks("A cluster was made anew under its name"), {
      file: await sandbox.adminKubeconfig(regionOf[india]!),
    });
    await expectNothingToChange(india);
  });

  play("A cluster moves to another region", "all of the stack goes along, and nothing stays", async () => {
    const [registry, settings, jaUp, ...rest] = blocks("A cluster moves to another region");
    await followAll([registry!, settings!]);
    const file = await sandbox.adminKubeconfig(osaka.region, osaka.clusterName);
    await followAll([jaUp!, ...rest], { file });
    expect(await workflow())
      .to.include("ap-northeast-3")
      .and.to.not.include("ap-northeast-1\n");
    // The role is in no region.
    expect({ ...(await awsInventory(sandbox, ja)), roles: [] }).to.deep.equal(untouched[ja]);
    await expectNothingToChange(ja, kr);
  });

  it("dry-runs a pull request in all three regions after all of that", async () => {
    const guard = await sandbox.adminKubeconfig(regionOf[kr]!);
    succeeded(await repository.run(`npm run guard -- install --kubeconfig ${guard}`));
    const { conclusions, comments } = await runPullRequest(sandbox, "more-memory");
    for (const stack of [ja, kr, india])
      expect(conclusions, comments.join("\n")).to.include({ [`dryrun-${stack}`]: "success" });
  });

  play(
    "A region is retired",
    "in the wrong order its jobs wait, in the right one nobody notices",
    async () => {
      succeeded(await repository.run(`pulumi destroy --stack ${india}`));
      expect(await jobs()).to.include(`dryrun-${india}`);
      const { conclusions } = await runPullRequest(sandbox, "wrong-order");
      expect(conclusions).to.include({
        [`dryrun-${india}`]: "cancelled",
        [`dryrun-${kr}`]: "success",
        [gateCheckName]: "failure",
      });
      succeeded(await repository.run(`pulumi up --stack ${kr}`));
      expect(await jobs()).to.not.include(`dryrun-${india}`);

      await followAll(blocks("A region is retired"));
      expect(await jobs()).to.deep.equal(["changes", `dryrun-${kr}`, "watch", "comment", "gate"]);
      await expectNothingToChange(kr);
      expect(await awsInventory(sandbox, ja, osaka.region)).to.deep.equal(untouched.osaka);
    },
  );

  play(
    "The target repository is archived",
    "nothing is committed, and all is taken down once it is out of the archive",
    async () => {
      succeeded(await repository.run(`gh api -X PATCH repos/${target} -F archived=true`));
      const refused = await repository.run(`pulumi up --stack ${kr}`);
      expect(refused.all).to.include(`GitHub repository ${target} is archived`);
      await followAll(blocks("The target repository is archived"));
      expect(await hooks()).to.deep.equal([]);
      expect(await git("ls-tree", "-r", "--name-only", "main")).to.not.include("dryrun");
      for (const stack of [ja, kr])
        expect(await awsInventory(sandbox, stack)).to.deep.equal(untouched[stack]);
    },
  );

  it("has played every section of the document", () => {
    expect([...played]).to.have.members(sections.filter(isPlayed));
  });

  it("met nothing that the local AWS does not know", () => {
    expect(awsRequests(sandbox).filter(({ status }) => status === 501)).to.deep.equal([]);
  });

  async function console(path: string, body: object): Promise<void> {
    const url = `http://127.0.0.1:${String(sandbox.state.ports.aws)}${path}`;
    const { ok } = await fetch(url, { method: "POST", body: JSON.stringify(body) });
    expect(ok).to.equal(true);
  }

  async function projectsOf(stack: string): Promise<unknown> {
    const name = succeeded(await repository.run(`pulumi stack output runnerProjectName --stack ${stack}`));
    return aws(sandbox, stack, "codebuild", "batch-get-projects", "--names", name.trim());
  }
});
