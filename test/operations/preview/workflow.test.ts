import { expect } from "chai";
import { describe, it } from "mocha";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { environments, hasRunner, homeEnvironment } from "../../../stacks/environments";

const path = join(__dirname, "..", "..", "..", ".github", "workflows", "preview.yml");
const text = readFileSync(path, "utf8");

interface Job {
  if: string;
  permissions: Record<string, string>;
  outputs?: Record<string, string>;
  strategy?: { matrix: { stack: string[] } };
  steps: { uses?: string; run?: string; env?: Record<string, string> }[];
}
const workflow = parse(text) as {
  on: Record<string, unknown>;
  permissions: object;
  jobs: Record<string, Job>;
};
const { preview, comment } = workflow.jobs as { preview: Job; comment: Job };
const stacks = environments.filter(hasRunner).map(({ name }) => name);

describe("the workflow that previews pull requests on this repository", () => {
  it("previews every stack of the registry, and hands on the result of each", () => {
    expect(preview.strategy?.matrix.stack).to.have.members(stacks);
    expect(Object.keys(preview.outputs ?? {})).to.have.members(stacks);
  });

  it("runs on pull requests of branches only, never with the rights of the base", () => {
    expect(Object.keys(workflow.on)).to.deep.equal(["pull_request"]);
    for (const job of [preview, comment])
      expect(job.if).to.include("github.event.pull_request.head.repo.full_name == github.repository");
  });

  it("gives the job with credentials no right to write, and the job that comments no credential", () => {
    expect(workflow.permissions).to.deep.equal({});
    expect(preview.permissions).to.deep.equal({ contents: "read", "id-token": "write" });
    expect(comment.permissions).to.deep.equal({ contents: "read", "pull-requests": "write" });
    expect(JSON.stringify(comment)).to.not.match(/secrets\.|id-token|PREVIEW_ROLE/);
  });

  it("hands the token for the target repository to the home stack's preview alone", () => {
    const tokens = preview.steps.flatMap(({ env }) =>
      env?.GITHUB_TOKEN === undefined ? [] : [env.GITHUB_TOKEN],
    );
    expect(tokens).to.deep.equal([
      `\${{ matrix.stack == '${homeEnvironment}' && secrets.TARGET_REPOSITORY_READ_TOKEN || '' }}`,
    ]);
  });

  it("pins every action by its commit, with its version beside it", () => {
    const used = [...text.matchAll(/uses: (\S+)(.*)/g)];
    expect(used.length).to.be.greaterThan(5);
    for (const [, action, version] of used) {
      expect(action).to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(version).to.match(/^ # v\d+\.\d+\.\d+$/);
    }
  });
});
