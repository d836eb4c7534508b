import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { pathFilters } from "../../deployments/pathFilters";
import { environments, hasRunner, homeEnvironment } from "../../stacks/environments";

const folder = join(__dirname, "..", "..", "docs", "ci");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const stacks = environments.filter(hasRunner).map(({ name }) => name);

interface Job {
  needs?: string[];
  uses?: string;
  with?: Record<string, unknown>;
  environment?: string;
  permissions: Record<string, string>;
  strategy?: { matrix: { stack: string[] } };
}
const update = parse(read("update.yml")) as {
  on: { push: { branches: string[]; paths: string[] } };
  permissions: object;
  concurrency: { "cancel-in-progress": boolean };
  jobs: Record<"region" | "home", Job>;
};
const updateStack = parse(read("update-stack.yml")) as { permissions: object; jobs: { update: Job } };

describe("the workflows for teams without Pulumi Cloud", () => {
  it("update every stack of the registry: the regions side by side, the home stack last", () => {
    const { region, home } = update.jobs;
    expect(region.strategy?.matrix.stack).to.have.members(stacks.filter((name) => name !== homeEnvironment));
    expect(home).to.deep.include({ needs: ["region"], with: { stack: homeEnvironment, commits: true } });
  });

  it("run after changes of everything that stacks are made of", () => {
    const [region = ""] = stacks.filter((name) => name !== homeEnvironment);
    const environment = environments.find(({ name }) => name === region);
    const made = pathFilters(environment!, environments).filter((path) => path !== `Pulumi.${region}.yaml`);
    expect(update.on.push.paths).to.include.members([...made, "Pulumi.*.yaml"]);
    expect(update.concurrency["cancel-in-progress"]).to.equal(false);
  });

  it("take a role only in the environment of the stack, with rights that each job names", () => {
    expect(updateStack.jobs.update.environment).to.equal("${{ inputs.stack }}");
    for (const workflow of [update, updateStack]) expect(workflow.permissions).to.deep.equal({});
    for (const { permissions } of [...Object.values(update.jobs), updateStack.jobs.update])
      expect(permissions).to.deep.equal({ contents: "read", "id-token": "write" });
  });

  it("pin every action by its commit, with its version beside it", () => {
    const used = readdirSync(folder)
      .filter((name) => name.endsWith(".yml"))
      .flatMap((name) => [...read(name).matchAll(/ uses: ([^.\s]\S*)(.*)/g)]);
    expect(used.length).to.be.greaterThan(4);
    for (const [, action, version] of used) {
      expect(action).to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(version).to.match(/^ # v\d+\.\d+\.\d+$/);
    }
  });
});
