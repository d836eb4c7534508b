import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { startSandbox, type Outcome, type Sandbox } from "../../sandbox/testing";
import { page, section } from "../docs/markdown";
import { aws, awsRequests, plannedChanges, plannedSteps, regionOf, succeeded } from "./deployedWorld";
import { blocksOf, type Block } from "./documented/blocks";
import { gitHub } from "./documented/companyChanges";
import { handMadeGroup, handMadeRegion, makeByHand, type HandMadeIds } from "./documented/handMade";
import { commitByHand, handMadeActionPath, handMadeWorkflowPath } from "./documented/handMadeWorkflow";
import { InfrastructureRepository } from "./documented/infrastructureRepository";
import { runPullRequest } from "./documented/pullRequestRun";

const operations = page("docs/operations.md");
const [ja, kr] = ["ja-production", "kr-production"] as const;

const handMade = { [ja]: handMadeRegion(ja), [kr]: handMadeRegion(kr) };

/** The page shows Korea; another region puts its own names in. */
const inJapan = ({ language, text }: Block): Block => ({
  language,
  text: text
    .replaceAll("trocco-kr-production", "trocco-production")
    .replaceAll(kr, ja)
    .replaceAll("ap-northeast-2", "ap-northeast-1")
    .replaceAll("10.20.", "10.10."),
});

/** What the program makes beside what it takes over. */
const made = [
  "aws:ec2/networkAcl:NetworkAcl",
  "aws:eks/accessEntry:AccessEntry",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
];

// One sandbox, in which a company has made two regions' runners and the workflow by hand.
describe("docs/operations.md, taking over, on the real engine", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let repository: InfrastructureRepository;
  const ids = {} as Record<typeof ja | typeof kr, HandMadeIds>;
  let untouched: Record<string, unknown>;

  before(async () => {
    sandbox = await startSandbox();
    for (const stack of [ja, kr] as const) ids[stack] = await makeByHand(sandbox, handMade[stack]);
    await commitByHand(sandbox.folder.targetRepository(), handMade);
    repository = await InfrastructureRepository.clone(sandbox);
    for (const stack of [ja, kr] as const) {
      const bind = `kubectl create clusterrolebinding ci --clusterrole=cluster-admin --group=${handMadeGroup}`;
      const kubeconfig = await sandbox.adminKubeconfig(regionOf[stack]!);
      succeeded(await repository.run(`${bind} --kubeconfig ${kubeconfig}`));
    }
    untouched = await identities();
  });
  after(async () => {
    await repository.remove();
    await sandbox.stop();
  });

  const blocks = (heading: string) => blocksOf(section(operations, heading));
  const follow = async (stack: typeof ja | typeof kr, block: Block | undefined): Promise<Outcome> => {
    if (!block) throw new Error("the section has fewer blocks than the test expects");
    const file = await sandbox.adminKubeconfig(regionOf[stack]!);
    return repository.follow(block, {
      ...ids[stack],
      file,
      "ARN of the hand-made role": ids[stack]["hand-made role"],
    });
  };
  const show = (path: string) => sandbox.git(["show", `main:${path}`]).then(succeeded);
  /** What must not be another one afterwards: projects, webhooks, networks. */
  const identities = async () => ({
    hooks: await gitHub<{ id: number }[]>(sandbox, "repos/example-org/kubernetes-manifests/hooks").then(
      (hooks) => hooks.map(({ id }) => id),
    ),
    projects: await Promise.all(
      ([ja, kr] as const).map((stack) =>
        aws(
          sandbox,
          stack,
          ...["codebuild", "batch-get-projects", "--names", handMade[stack].projectName],
          ...["--query", "projects[].[arn,created,webhook.url,vpcConfig]"],
        ),
      ),
    ),
  });
  const expectAllRegionsToBeChecked = async (branch: string) => {
    const { conclusions, failures, comments } = await runPullRequest(sandbox, branch);
    expect(conclusions, failures).to.include({ [`dryrun-${ja}`]: "success", [`dryrun-${kr}`]: "success" });
    return comments;
  };
  const preview = (stack: string) => repository.run(`pulumi preview --json --stack ${stack}`).then(succeeded);
  const expectSettled = async (...stacks: string[]) => {
    for (const stack of stacks) expect(plannedChanges(await preview(stack)), stack).to.deep.equal([]);
  };

  it("is checked by what was made by hand, before", async () => {
    expect(await expectAllRegionsToBeChecked("before")).to.deep.equal([]);
  });

  it("A region's runner: is changed where it stands, while the old workflow goes on", async () => {
    const [settings, prepare, take, up] = blocks("A region's runner");
    succeeded(await follow(kr, settings));
    const tooEarly = await repository.run(`pulumi preview --stack ${kr}`);
    expect(tooEarly.all).to.include(`which overlaps subnet ${ids[kr]["first subnet"]}`);
    for (const block of [prepare, take]) succeeded(await follow(kr, block));

    const planned = await preview(kr);
    const steps = plannedSteps(planned).filter((step) => !step.startsWith("update "));
    expect(steps.sort()).to.deep.equal(made.map((what) => `create ${what} ${kr}-runner`));
    expect(plannedChanges(planned)).to.include(
      `update aws:codebuild/project:Project ${kr}-runner serviceRole`,
    );
    succeeded(await follow(kr, up));
    await expectSettled(kr);
    expect(await identities()).to.deep.equal(untouched);
    expect(await expectAllRegionsToBeChecked("half-way")).to.deep.equal([]);
  });

  it("The workflow: no file of the company's is overwritten that is not taken over", async () => {
    const [settings, prepare, take] = blocks("A region's runner").map(inJapan);
    for (const block of [settings, prepare, take]) succeeded(await follow(ja, block));
    const [provider] = blocks("The workflow");
    succeeded(await follow(ja, provider));
    const action = await show(handMadeActionPath);
    const refused = await repository.run(`pulumi up --stack ${ja}`);
    expect(refused.exitCode).to.not.equal(0);
    expect(refused.all).to.include("refusing to overwrite existing file");
    expect(await show(handMadeActionPath)).to.equal(action);
    await expectAllRegionsToBeChecked("refused");
  });

  it("The workflow: is the program's afterwards, and all regions are checked by it", async () => {
    const [, take, up] = blocks("The workflow");
    for (const block of [take, up]) succeeded(await follow(ja, block));
    expect(await show(handMadeWorkflowPath)).to.include("Written by eks-dryrun-runner");
    for (const block of blocks("What is left")) {
      succeeded(await follow(kr, block));
      succeeded(await follow(ja, inJapan(block)));
    }
    await expectSettled(ja, kr);
    expect(await identities()).to.deep.equal(untouched);
    const comments = await expectAllRegionsToBeChecked("after");
    expect(comments.join("\n")).to.include(ja).and.to.include(kr);
  });

  it("What is left: is not the hand-made role, and nothing that doctor calls wrong", async () => {
    for (const stack of [ja, kr] as const) {
      const { accessEntries } = await aws<{ accessEntries: string[] }>(
        sandbox,
        stack,
        ...["eks", "list-access-entries", "--cluster-name", handMade[stack].clusterName],
      );
      expect(accessEntries).to.not.include(ids[stack]["hand-made role"]);
    }
    const doctor = await repository.run(`npm run --silent doctor -- --stack ${kr} --json`);
    const results = JSON.parse(doctor.stdout) as { name: string; verdict: string; says: string }[];
    expect(results.filter(({ verdict }) => verdict === "wrong")).to.deep.equal([]);
    expect(results.map(({ name }) => name)).to.include("egress");
  });

  it("met nothing that the local AWS does not know", () => {
    expect(awsRequests(sandbox).filter(({ status }) => status === 501)).to.deep.equal([]);
  });
});
